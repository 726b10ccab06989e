namespace SpanRelay.Redaction;

/// <summary>
/// Encoded bytes that redaction removed, by reason: whole attributes, fields and error texts. Bytes saved by a shorter replacement
/// or hash are not counted.
/// </summary>
/// <param name="Policy">Removed by the user's own rules.</param>
public readonly record struct WithheldBytes(long Content, long Credentials, long UnknownFields, long Policy)
{
    internal WithheldBytes Plus(Rule rule, int bytes) => rule switch
    {
        Rule.Content or Rule.ContentUnknown => this with { Content = Content + bytes },
        Rule.CredentialKeys => this with { Credentials = Credentials + bytes },
        _ => this with { Policy = Policy + bytes },
    };

    internal WithheldBytes Since(WithheldBytes before) =>
        new(Content - before.Content, Credentials - before.Credentials, UnknownFields - before.UnknownFields, Policy - before.Policy);
}

/// <summary>One ResourceSpans message: its size as received, and what of it was withheld.</summary>
internal readonly record struct ResourceBytes(int Received, WithheldBytes Withheld);
