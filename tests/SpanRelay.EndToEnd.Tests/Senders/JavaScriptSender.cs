using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using SpanRelay.DeadLetters;
using SpanRelay.Local.EventHub;

namespace SpanRelay.EndToEnd.Tests.Senders;

/// <summary>OpenTelemetry's JavaScript SDK and OTLP exporters, in a process of their own.</summary>
internal static class JavaScriptSender
{
    private static readonly string Folder = typeof(JavaScriptSender).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "ClientsFolder").Value!;

    /// <param name="encoding">proto or json.</param>
    /// <returns>The ids of the spans, in hex.</returns>
    public static async Task<IReadOnlyList<string>> SendAsync(
        RunningSystem system, Planted planted, int spans, string encoding, CancellationToken cancellationToken, bool gzip = false) =>
        JsonSerializer.Deserialize<string[]>(await RunAsync(system.SharedAccessSignature, planted, Arguments(system.Local.Door.SendAddress, spans, encoding, gzip), cancellationToken))!;

    /// <summary>Sends to the OTLP address, by a key in the header Authorization.</summary>
    /// <param name="encoding">proto or json.</param>
    /// <returns>The ids of the spans, in hex.</returns>
    public static async Task<IReadOnlyList<string>> IngestAsync(
        RunningSystem system, Planted planted, int spans, string encoding, CancellationToken cancellationToken, bool gzip = false) =>
        JsonSerializer.Deserialize<string[]>(await RunAsync(
            $"Bearer {system.Local.Http.FunctionKey}", planted, Arguments(system.Local.IngestAddress, spans, encoding, gzip), cancellationToken))!;

    /// <summary>Runs an instrumentation that others wrote, on calls whose prompts and answers hold what was planted.</summary>
    /// <param name="instrumentation">vercel, traceloop or openinference.</param>
    /// <returns>The ids of the spans, and how many of their values held something planted.</returns>
    public static async Task<(IReadOnlyList<string> Spans, int Content)> SendInstrumentedAsync(
        RunningSystem system, Planted planted, string instrumentation, CancellationToken cancellationToken)
    {
        var printed = await RunAsync(system.SharedAccessSignature, planted, ["instrumented.mjs", instrumentation, system.Local.Door.SendAddress.AbsoluteUri], cancellationToken);
        using var document = JsonDocument.Parse(printed);
        var spans = document.RootElement.GetProperty("spans").EnumerateArray().Select(id => id.GetString()!).ToList();
        return (spans, document.RootElement.GetProperty("content").GetInt32());
    }

    private static async Task<string> RunAsync(string authorization, Planted planted, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The exporter would add what stands in these to what the script says.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("OTEL_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);

        using var process = Process.Start(start)!;
        try
        {
            return await TalkAsync(process, arguments[0], authorization, planted, cancellationToken);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string[] Arguments(Uri address, int spans, string encoding, bool gzip)
    {
        string[] arguments =
            ["send-spans.mjs", address.AbsoluteUri, encoding, spans.ToString(CultureInfo.InvariantCulture)];
        return gzip ? [.. arguments, "gzip"] : arguments;
    }

    private static async Task<string> TalkAsync(
        Process process, string script, string authorization, Planted planted, CancellationToken cancellationToken)
    {
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(new
        {
            authorization,
            resourceAuthorization = $"Bearer {planted.Token}",
            prompt = planted.Prompt,
            completion = planted.Completion,
        }));
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, $"{script} ended with exit code {process.ExitCode}: {await errors}");
        return await output;
    }
}
