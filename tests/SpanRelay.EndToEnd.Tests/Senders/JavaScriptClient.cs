using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using SpanRelay.Local.EventHub;

namespace SpanRelay.EndToEnd.Tests.Senders;

/// <summary>Azure's Event Hubs client for JavaScript, in a process of its own.</summary>
internal static class JavaScriptClient
{
    private static readonly string Folder = typeof(JavaScriptClient).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "ClientsFolder").Value!;

    /// <returns>What the command printed.</returns>
    public static async Task<JsonElement> RunAsync(EventHubServer door, string command, object argument, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", ["event-hubs.mjs", command, JsonSerializer.Serialize(argument)])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            return await TalkAsync(process, door.ConnectionString, cancellationToken);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<JsonElement> TalkAsync(Process process, string connectionString, CancellationToken cancellationToken)
    {
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(new { connectionString }));
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, $"event-hubs.mjs ended with exit code {process.ExitCode}: {await errors}");
        using var printed = JsonDocument.Parse(await output);
        return printed.RootElement.Clone();
    }
}
