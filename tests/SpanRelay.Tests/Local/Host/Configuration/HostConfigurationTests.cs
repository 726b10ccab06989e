using Microsoft.Extensions.Logging;
using SpanRelay.Functions;
using SpanRelay.Local;
using SpanRelay.Local.Host.Configuration;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Local.Host.Configuration;

public sealed class HostConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spanrelay-host-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void MissingSettingsHaveTheHostsDefaults()
    {
        var host = Read("{}");
        Assert.Equal(TimeSpan.FromMinutes(30), host.FunctionTimeout);
        Assert.Equal("api", host.RoutePrefix);
        Assert.Equal(7, host.ExtensionNumber("eventHubs", "maxEventBatchSize", 7));
    }

    [Fact]
    public void ASettingOverridesTheFile()
    {
        const string File = """{ "functionTimeout": "00:10:00", "extensions": { "eventHubs": { "maxEventBatchSize": 5 } } }""";
        var host = Read(File, ("AzureFunctionsJobHost__functionTimeout", "00:01:00"), ("AzureFunctionsJobHost__extensions__eventHubs__maxEventBatchSize", "9"));
        Assert.Equal(TimeSpan.FromMinutes(1), host.FunctionTimeout);
        Assert.Equal(9, host.ExtensionNumber("eventHubs", "maxEventBatchSize", 7));
    }

    [Theory]
    [InlineData("""{ "functionTimeout": "soon" }""", "host.json: functionTimeout is not a duration. Write it as hh:mm:ss.")]
    [InlineData("""{ "functionTimeout": "-00:01:00" }""", "host.json: functionTimeout is not a duration. Write it as hh:mm:ss.")]
    [InlineData("""{ "logging": { "logLevel": { "default": "Loud" } } }""", "host.json: logging.logLevel.default is \"Loud\". Use Trace, Debug, Information, Warning, Error, Critical, None.")]
    [InlineData("""{ "customHandler": {} }""", "host.json has \"customHandler\", with which the Functions host loads no function of a .NET isolated worker. Remove it.")]
    [InlineData("""{ "extensionBundle": {} }""", "host.json has \"extensionBundle\", with which the Functions host loads no function of a .NET isolated worker. Remove it.")]
    public void InvalidSettingsAreNamed(string json, string message)
    {
        var failure = Assert.Throws<LocalSystemException>(() =>
        {
            var host = Read(json);
            _ = host.FunctionTimeout;
            LogLevels.Read(host);
        });
        Assert.Equal(message, failure.Message);
    }

    [Fact]
    public void MalformedJsonIsNamed() =>
        Assert.StartsWith($"{Path.Combine(_folder.FullName, "host.json")} is not valid JSON: ", Assert.Throws<LocalSystemException>(() => Read("{")).Message, StringComparison.Ordinal);

    [Fact]
    public void AMissingFileIsNamed()
    {
        var failure = Assert.Throws<LocalSystemException>(() => HostConfiguration.Read(_folder.FullName, new AppSettings(new Dictionary<string, string>())));
        Assert.Equal($"host.json is missing in {_folder.FullName}. Name the folder of a built function app.", failure.Message);
    }

    [Theory]
    [InlineData("Function.ForwardSpans.User", LogLevel.Information, false)]
    [InlineData("Function.ForwardSpans", LogLevel.Warning, true)]
    [InlineData("Function.Other.User", LogLevel.Debug, true)]
    [InlineData("Host.Results", LogLevel.Critical, false)]
    [InlineData("azure.core.Pipeline", LogLevel.Information, false)]
    [InlineData("Anything", LogLevel.Information, false)]
    [InlineData("Anything", LogLevel.Warning, true)]
    [InlineData("Anything", LogLevel.None, false)]
    public void TheLongestPrefixOfACategoryDecidesItsLevel(string category, LogLevel level, bool isEnabled)
    {
        const string File = """{ "logging": { "logLevel": { "default": "Warning", "Function": "Debug", "Function.ForwardSpans": "Warning", "Host.Results": "None", "Azure.Core": "Warning" } } }""";
        Assert.Equal(isEnabled, LogLevels.Read(Read(File)).IsEnabled(category, level));
    }

    private HostConfiguration Read(string json, params (string Name, string Value)[] settings)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "host.json"), json);
        return HostConfiguration.Read(_folder.FullName, new AppSettings(settings.ToDictionary(each => each.Name, each => each.Value)));
    }
}
