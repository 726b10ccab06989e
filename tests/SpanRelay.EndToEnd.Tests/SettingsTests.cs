namespace SpanRelay.EndToEnd.Tests;

public sealed class SettingsTests
{
    [Fact]
    public async Task EveryWrongSettingIsNamedAtOnceAndNoValueIsRepeated()
    {
        using var deadline = new Deadline();
        var settings = new Dictionary<string, string>
        {
            ["Dynatrace__Environment"] = "http://user:environment-secret@dynatrace.example.org",
            ["Dynatrace__ApiToken"] = "dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.TOKEN7SECRET",
            ["Dynatrace__Token"] = "misplaced-secret",
            ["Redaction__ExcludeRequestData"] = "flag-secret",
            ["Relay__MaxRequestBytes"] = "8 MB",
            ["Relay__ResourceAttributes"] = "attribute-secret",
            ["AzureWebJobsStorage__blobServiceUri"] = "http://blob-secret",
        };
        await using var relay = await RelayProcess.StartAsync(new Dictionary<string, string>(settings) { ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true" }, deadline.Token);

        Assert.Equal(1, await relay.WhenExitedAsync(deadline.Token));

        Assert.Equal("SpanRelay cannot start until these settings are fixed:", relay.Output.Errors[0]);
        Assert.Equal(settings.Keys.Order(), relay.Output.Errors.Skip(1).Select(NameIn).Order());
        string[] values = ["environment-secret", "TOKEN7SECRET", "misplaced-secret", "flag-secret", "attribute-secret", "blob-secret"];
        Assert.All(relay.Output.Lines, line => Assert.DoesNotContain(values, value => line.Line.Contains(value, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task EveryMissingSettingIsNamedAtOnce()
    {
        using var deadline = new Deadline();
        await using var relay = await RelayProcess.StartAsync(new Dictionary<string, string>(), deadline.Token);

        Assert.Equal(1, await relay.WhenExitedAsync(deadline.Token));

        Assert.Equal(["Dynatrace__Environment", "Dynatrace__TokenSecretUri", "AzureWebJobsStorage"], relay.Output.Errors.Skip(1).Select(NameIn));
    }

    // "- {name} {problem}"
    private static string NameIn(string line) => line.Split(' ')[1];
}
