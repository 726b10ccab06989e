namespace SpanRelay.Local.EventHub;

/// <summary>Whether a shared access signature opens a resource.</summary>
/// <param name="IsValid">It does.</param>
/// <param name="Reason">Why it does not, in a few words without the signature; empty when it does.</param>
internal readonly record struct SharedAccessSignatureResult(bool IsValid, string Reason)
{
    internal static SharedAccessSignatureResult Valid { get; } = new(true, "");

    internal static SharedAccessSignatureResult Refused(string reason) => new(false, reason);
}
