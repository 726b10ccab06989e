using System.Globalization;
using System.Text.RegularExpressions;
using SpanRelay.Deploy;
using SpanRelay.Local.EventHub;
using SpanRelay.Settings;
using SpanRelay.Tokens;
using Spectre.Console;

namespace SpanRelay.Cli.Sas;

/// <summary>Reads the key and prints what to enter in the gateway.</summary>
internal sealed partial class SasSession(IAnsiConsole console, TimeProvider time, SasRequest request)
{
    private const int LongestKey = 1_024;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (!HostName.IsMatch(request.Host) || !EntityName.IsMatch(request.Hub) || !EntityName.IsMatch(request.Policy))
            return Refuse("--namespace, --hub and --policy take names, such as contoso-events, spans and send.");
        var key = await ReadGivenKeyAsync(cancellationToken);
        if (key is not null && request.Secondary)
            return Refuse($"--secondary is for a key that is read from Azure, and one is given. Unset {SasCommand.KeyVariable}, and pipe nothing in.");
        if (key is null)
        {
            (key, var problem) = await ReadKeyFromAzureAsync(cancellationToken);
            if (key is null)
                return Refuse($"The key is missing. {problem} Or set {SasCommand.KeyVariable} to the key of the policy {request.Policy}, or pipe it in.");
        }

        if (!OneLine.Is(key, LongestKey - 1))
            return Refuse("The key is too long, or is not text.");
        if (key.Contains("SharedAccessKey", StringComparison.OrdinalIgnoreCase))
            return Refuse("This is a connection string. Give only the key, which follows SharedAccessKey= in it.");

        Print(key);
        return 0;
    }

    private Task<(string? Key, string? Problem)> ReadKeyFromAzureAsync(CancellationToken cancellationToken) => HubKeyReader.ReadAsync(
        AzureLogin.Create(SettingsReader.FromEnvironment()),
        new HubLocation(request.Host, request.Hub, request.Subscription, request.ResourceGroup),
        request.Policy,
        request.Secondary,
        cancellationToken);

    /// <returns>Null where none is given.</returns>
    private static async Task<string?> ReadGivenKeyAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(SasCommand.KeyVariable) is { Length: > 0 } given)
            return given.Trim();
        if (!Console.IsInputRedirected)
            return null;

        // The input may be endless.
        var start = new char[LongestKey];
        var length = await Console.In.ReadBlockAsync(start, cancellationToken);
        return new string(start, 0, length).Split('\n')[0].Trim() is { Length: > 0 } piped ? piped : null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex HostName { get; }

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9._-]{0,254}[A-Za-z0-9_])?$", RegexOptions.CultureInvariant)]
    private static partial Regex EntityName { get; }

    /// <summary>Signs with the key, and prints what to enter.</summary>
    public void Print(string key)
    {
        var expiry = time.GetUtcNow().AddDays(request.Days);
        var signature = SharedAccessSignature.Create(request.Resource, request.Policy, key, expiry);

        // Bypasses the console, which would wrap lines.
        var output = console.Profile.Out.Writer;
        output.WriteLine($"Endpoint   {request.Resource}/messages");
        output.WriteLine("Encoding   Proto");
        output.WriteLine("Header     Authorization");
        output.WriteLine($"Value      {signature}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Expires    {expiry:yyyy-MM-dd HH:mm:ss} UTC"));
        output.WriteLine();
        output.WriteLine("The value is a secret: anyone who has it can send to this Event Hub. Its limits:");
        output.WriteLine("- The header is static and not renewed: replace it before it expires, or the gateway can no longer send.");
        output.WriteLine($"- It can be revoked only by regenerating the key of the policy {request.Policy}, which revokes all of that key's signatures.");
        output.WriteLine("- To replace it without a gap: give the sender a signature by the other key (--secondary), then regenerate this key.");
        output.WriteLine("- An event is at most 1 MB (Basic tier: 256 KB). Larger ones are refused, and the gateway drops them.");
    }

    private int Refuse(string problem)
    {
        console.WriteLine(problem, new Style(Color.Red));
        return 1;
    }
}
