using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Redaction.Detectors.Numbers;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>What senders put into spans and nobody may see behind the relay; different texts every time.</summary>
internal sealed class Planted
{
    private static readonly string Unique = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
    private static int _count;

    private readonly string _id = $"{Unique}-{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}";

    public Planted()
    {
        EmailAddress = $"ada-{_id}@example.org";
        CardNumber = "4" + RandomNumberGenerator.GetString("0123456789", 15);
        Token = $"gateway-token-{_id}";
        Prompt = $"prompt-{_id}: tell {EmailAddress} that card {CardNumber} was charged";
        Completion = $"completion-{_id}: the card was charged";
    }

    public string EmailAddress { get; }

    public string CardNumber { get; }

    /// <summary>Of the gateway's user, in the resource attribute Authorization.</summary>
    public string Token { get; }

    /// <summary>Holds the e-mail address and the card number.</summary>
    public string Prompt { get; }

    public string Completion { get; }

    /// <summary>What is looked for: no text of these may be found.</summary>
    public IReadOnlyList<string> Texts => [$"prompt-{_id}", $"completion-{_id}", EmailAddress, CardNumber, Token];

    /// <summary>The texts that are found in the bytes.</summary>
    public IEnumerable<string> FoundIn(ReadOnlyMemory<byte> bytes) => FoundIn(bytes, Texts);

    /// <summary>The texts that are found anywhere in a request, but for the credential that belongs there.</summary>
    public static IEnumerable<string> FoundIn(CapturedRequest request, IReadOnlyCollection<string> texts)
    {
        var headers = request.Headers.Where(header => !header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
            .Select(header => $"{header.Key}: {header.Value}");
        var head = Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n{string.Join('\n', headers)}");
        return FoundIn(head, texts).Concat(FoundIn(request.Body, texts));
    }

    private static IEnumerable<string> FoundIn(ReadOnlyMemory<byte> bytes, IReadOnlyCollection<string> texts) =>
        texts.Where(text => bytes.Span.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
}
