using System.Text.Json.Nodes;
using SpanRelay.Infrastructure.Tests.Templates;

namespace SpanRelay.Infrastructure.Tests.Hooks;

/// <summary>
/// The order of events of "azd up" and "azd down": hooks, what azd reads and writes between them, and the outputs of a deployment.
/// Read in azd 1.32.
/// </summary>
internal sealed class AzdRehearsal(HookRun run)
{
    /// <summary>The parameters that the last deployment was given.</summary>
    public JsonObject Parameters { get; private set; } = [];

    /// <returns>All that was printed.</returns>
    public async Task<string> UpAsync(bool succeeds = true)
    {
        var screen = await RunAsync("preprovision");
        Parameters = JsonNode.Parse(await RunAsync("parameters"))!["parameters"]!.AsObject();
        if (!succeeds)
            return screen;
        foreach (var (name, value) in Deployment.Read("default").Outputs)
            run.Azd.Set(name, Output(name, value!));
        return screen + await RunAsync("postprovision") + await RunAsync("postup");
    }

    public async Task<string> DownAsync()
    {
        var screen = await RunAsync("predown");
        run.Azd.Delete(Deployment.Read("default").Outputs.Select(output => output.Key));
        return screen + await RunAsync("postdown");
    }

    private async Task<string> RunAsync(string name)
    {
        var result = await run.RunAsync(name);
        Assert.True(result.ExitCode == 0, $"{name}: {result.All}");
        return result.All;
    }

    // The templates return what they were given.
    private string Output(string name, JsonNode value) => name switch
    {
        "DYNATRACE_TOKEN_STORED" => "true",
        _ when run.Azd.Values.GetValueOrDefault(name, "") is { Length: > 0 } kept => kept,
        _ => run.Environment.GetValueOrDefault(name, value is JsonValue && value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()),
    };
}
