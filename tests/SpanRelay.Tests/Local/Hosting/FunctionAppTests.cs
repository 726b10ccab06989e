using SpanRelay.Local;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Hosting;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Local.Hosting;

public sealed class FunctionAppTests : IDisposable
{
    private static readonly Dictionary<string, string> Complete = new() { ["EVENTHUB_NAME"] = "spans", ["EVENTHUB"] = "Endpoint=sb://localhost" };

    private readonly HandlerApp _app = HandlerApp.Create("");

    public void Dispose() => _app.Dispose();

    [Fact]
    public void TheAppOfThisRepositoryIsRead()
    {
        var app = FunctionApp.Read(Path.Combine(AppContext.BaseDirectory, "function-app"), new AppSettings(Complete));
        var forward = app.Functions.Single(function => function.Name == "ForwardSpans");
        Assert.Equal("spans", forward.Trigger.Required("eventHubName"));
        Assert.Equal(-1, forward.Retry?.MaxRetryCount);
        Assert.True(app.Host.FunctionTimeout > TimeSpan.Zero);
        Assert.True(File.Exists(app.Executable));
    }

    [Fact]
    public async Task AnUnknownBindingTypeIsNamedWithItsFile()
    {
        _app.Write("Other/function.json", """{ "bindings": [ { "type": "kafkaTrigger", "name": "x" } ] }""");
        Assert.Equal(
            "Other/function.json: the binding type \"kafkaTrigger\" cannot be run on one machine. Known are: eventHubTrigger.",
            await FailureAsync(Complete));
    }

    [Fact]
    public async Task AnUnknownBindingBesideATriggerIsNamedToo()
    {
        var file = Path.Combine(_app.Folder, "Forward/function.json");
        _app.Write("Forward/function.json", File.ReadAllText(file).Replace("\"dataType\": \"binary\" }", "\"dataType\": \"binary\" }, { \"type\": \"blob\", \"name\": \"b\" }", StringComparison.Ordinal));
        Assert.Contains("the binding type \"blob\" cannot be run", await FailureAsync(Complete), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingSettingIsNamed() =>
        Assert.Equal(
            "Forward/function.json names the setting EVENTHUB_NAME, which is not set. Add EVENTHUB_NAME to the function app's settings.",
            await FailureAsync([]));

    [Fact]
    public async Task AMissingConnectionIsNamed() =>
        Assert.Equal(
            "Forward/function.json names the connection EVENTHUB, which is not set. Add EVENTHUB to the function app's settings.",
            await FailureAsync(new Dictionary<string, string> { ["EVENTHUB_NAME"] = "spans" }));

    [Fact]
    public async Task AnotherHubIsNamed() =>
        Assert.Contains(
            "eventHubName is \"others\", but the local event hub is \"spans\"",
            await FailureAsync(new Dictionary<string, string>(Complete) { ["EVENTHUB_NAME"] = "others" }),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("{ not json", "is not valid JSON")]
    [InlineData("{}", "customHandler.description.defaultExecutablePath")]
    [InlineData("""{ "customHandler": { "description": { "defaultExecutablePath": "not-there" } } }""", "executable not-there, named in host.json")]
    [InlineData("""{ "functionTimeout": "soon", "customHandler": { "description": { "defaultExecutablePath": "x" } } }""", "functionTimeout is not a duration")]
    public async Task AHostJsonThatDoesNotFitSaysWhy(string json, string message)
    {
        _app.Write("host.json", json);
        Assert.Contains(message, await FailureAsync(Complete), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "strategy": "never" }""", "the retry strategy \"never\" is not known")]
    [InlineData("""{ "strategy": "fixedDelay", "delayInterval": "soon" }""", "no valid \"delayInterval\"")]
    public async Task ARetryPolicyThatDoesNotFitSaysWhy(string retry, string message)
    {
        using var app = HandlerApp.Create("", retry);
        Assert.Contains(message, await FailureAsync(Complete, app.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingFolderOrFileIsNamed()
    {
        var missing = Path.Combine(_app.Folder, "missing");
        Assert.Contains(missing, await FailureAsync(Complete, missing), StringComparison.Ordinal);
        File.Delete(Path.Combine(_app.Folder, "host.json"));
        Assert.Contains("host.json is missing in", await FailureAsync(Complete), StringComparison.Ordinal);
    }

    private async Task<string> FailureAsync(Dictionary<string, string> settings, string? folder = null)
    {
        var hub = new LocalEventHub("spans", 1);
        var options = new FunctionsHostOptions
        {
            AppFolder = folder ?? _app.Folder,
            Settings = settings,
            Triggers = [new EventHubTrigger(hub, new EventHubCheckpoints(hub))],
        };
        return (await Assert.ThrowsAsync<LocalSystemException>(() => FunctionsHost.StartAsync(options, TestContext.Current.CancellationToken))).Message;
    }
}
