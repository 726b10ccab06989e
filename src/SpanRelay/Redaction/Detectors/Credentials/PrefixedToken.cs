using System.Text;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Credentials;

/// <summary>A token that its issuer marks with a prefix. The hit is the whole token, with its prefix.</summary>
/// <param name="prefix">The prefix; case matters.</param>
/// <param name="alphabet">The bytes that the body consists of.</param>
/// <param name="shortest">The body's minimum length; longer bodies match too, since issuers lengthen their tokens.</param>
/// <param name="anchorOffset">Where in the prefix the three bytes are that the search looks for.</param>
internal sealed class PrefixedToken(string prefix, Alphabet alphabet, int shortest, int anchorOffset = 0)
    : CredentialShape(new Anchor(prefix[anchorOffset..(anchorOffset + AnchorScanner.AnchorLength)]), anchorOffset)
{
    private readonly byte[] _prefix = Encoding.ASCII.GetBytes(prefix);

    /// <summary>The prefix is unlike the end of any word, so the token may directly follow one.</summary>
    private readonly bool _mayBeGlued = prefix.Length > 3 && (!char.IsAsciiLetter(prefix[^1]) || prefix.Any(char.IsAsciiLetterUpper));

    /// <summary>For bodies of exactly one length.</summary>
    public bool HasFixedLength { get; init; }

    /// <summary>For prefixes and alphabets that people use in names too.</summary>
    public bool MustLookRandom { get; init; }

    /// <summary>The bytes that may follow the body as part of the token.</summary>
    public Alphabet? Tail { get; init; }

    public override int Shortest => _prefix.Length + shortest;

    public override bool TryMatch(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        if (!text[at..].StartsWith(_prefix) || !(Boundary.WordStarts(text, at) || (_mayBeGlued && Boundary.TokenStarts(text, at))))
            return false;

        var body = at + _prefix.Length;
        if (text.Length - body < shortest || alphabet.EndOfRun(text[..(body + shortest)], body) != body + shortest)
            return false;
        if (HasFixedLength && !Boundary.WordEnds(text, body + shortest))
            return false;
        if ((MustLookRandom || !Boundary.WordStarts(text, at)) && !Randomness.IsIn(text[body..alphabet.EndOfRun(text[..Math.Min(text.Length, body + Randomness.Looked)], body)]))
            return false;

        var end = HasFixedLength ? body + shortest : (Tail ?? alphabet).EndOfEscapedRun(text, body + shortest);
        while (text[end - 1] == '.') // the end of the sentence, not of the token
            end--;
        hit = Hit.Between(at, end);
        return true;
    }
}
