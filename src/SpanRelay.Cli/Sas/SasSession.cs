using System.Globalization;
using SpanRelay.Local.EventHub;
using Spectre.Console;

namespace SpanRelay.Cli.Sas;

/// <summary>Reads the key, and prints what to enter in the gateway.</summary>
internal sealed class SasSession(IAnsiConsole console, TimeProvider time, SasRequest request)
{
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate($"https://{request.Host}/{request.Hub}", UriKind.Absolute, out _) || request.Hub.Contains('/', StringComparison.Ordinal))
            return Refuse("--namespace and --hub take names, such as contoso-events and spans.");
        if (await ReadKeyAsync(cancellationToken) is not { Length: > 0 } key)
            return Refuse($"The key is missing. Put the primary key of the policy {request.Policy} into {SasCommand.KeyVariable}, or pipe it in.");
        if (key.Contains("SharedAccessKey", StringComparison.OrdinalIgnoreCase))
            return Refuse("That is a connection string. Give only the key, which stands behind SharedAccessKey= in it.");

        Print(key);
        return 0;
    }

    private static async Task<string?> ReadKeyAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(SasCommand.KeyVariable) is { Length: > 0 } given)
            return given.Trim();
        return Console.IsInputRedirected ? (await Console.In.ReadLineAsync(cancellationToken))?.Trim() : null;
    }

    private void Print(string key)
    {
        var expiry = time.GetUtcNow().AddDays(request.Days);
        var signature = SharedAccessSignature.Create(request.Resource, request.Policy, key, expiry);

        // Written past the console, which would break the lines.
        var output = console.Profile.Out.Writer;
        output.WriteLine($"Endpoint   {request.Resource}/messages");
        output.WriteLine("Encoding   Proto");
        output.WriteLine("Header     Authorization");
        output.WriteLine($"Value      {signature}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Expires    {expiry:yyyy-MM-dd HH:mm:ss} UTC"));
        output.WriteLine();
        output.WriteLine("The value is a secret: whoever has it can send to this Event Hub. Its limits:");
        output.WriteLine("- The header is static. Nothing renews it: enter a new one before it expires, or sending ends.");
        output.WriteLine($"- It ends early only when the key of the policy {request.Policy} is regenerated, which ends all of its signatures.");
        output.WriteLine("- An event is at most 1 MB (Basic tier: 256 KB). What is larger is refused, and the gateway drops it.");
    }

    private int Refuse(string problem)
    {
        console.WriteLine(problem, new Style(Color.Red));
        return 1;
    }
}
