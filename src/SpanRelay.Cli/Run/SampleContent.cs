using System.Globalization;
using System.Security.Cryptography;

namespace SpanRelay.Cli.Run;

/// <summary>What must not leave: each text is unlike any other, so that it can be searched for.</summary>
internal sealed class SampleContent
{
    private readonly string _email = $"{Canary()}@example.com";
    private readonly string _card = $"4111 1111 {Digits()} {Digits()}";
    private readonly string _address = $"{Canary()} Main Street";

    public SampleContent()
    {
        Prompt = $"The prompt {Canary()}: where is my parcel? I am {_email} and paid with {_card}.";
        Variables = $$"""{"address":"{{_address}}"}""";
    }

    public string Prompt { get; }

    public string Completion { get; } = $"The completion {Canary()}: the parcel is on its way.";

    public string Credential { get; } = $"Bearer {Canary()}";

    /// <summary>Of a prompt template, or of a tool.</summary>
    public string Variables { get; }

    /// <summary>A provider that quotes the prompt.</summary>
    public string Error => $"Invalid request: {Prompt}";

    public string Request => $$"""{"messages":[{"role":"user","content":"{{Prompt}}"}]}""";

    /// <summary>Contained in the trace verbatim; none may occur in a request to Dynatrace.</summary>
    public IEnumerable<string> Secrets => [_email, _card, _address, Prompt, Completion, Credential];

    private static string Canary() => RandomNumberGenerator.GetHexString(12, lowercase: true);

    private static string Digits() => RandomNumberGenerator.GetInt32(1000, 10_000).ToString(CultureInfo.InvariantCulture);
}
