namespace SpanRelay.Redaction;

/// <summary>
/// Encoded bytes that redaction did not send, by why: whole attributes, fields and error texts. What a replacement or a hash shortens
/// is not counted.
/// </summary>
/// <param name="Policy">By rules of the user's own.</param>
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
