using System.Buffers.Text;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>
/// JSON Web Tokens: base64url parts separated by dots, the first a JSON object. Includes encrypted tokens, which have five
/// parts, and tokens without a signature, since their claims alone reveal too much.
/// </summary>
internal sealed class JwtDetector : Detector
{
    // {"alg":""} in base64url.
    private const int ShortestHeader = 14;
    private const int MostParts = 5;

    // The start of a long header, such as one with certificates, is enough to recognize it.
    private const int HeaderCharactersLookedAt = 64;

    public override string Name => "jwt";

    public override Minimum Minimum { get; } = new(ShortestHeader + "..x".Length, new(1, "J"), new(1, "."));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit)
    {
        hit = default;
        while (text[from..].IndexOf("eyJ"u8) is >= 0 and var index) // {" and the first bits of a letter
        {
            var start = from + index;
            from = start + 3;
            if (!Boundary.WordStarts(text, start) && !Boundary.TokenStarts(text, start))
                continue;

            // No part of a header can be a header itself; continuing after it keeps this linear.
            from = Alphabet.Base64Url.EndOfRun(text, start);
            if (TryMatch(text, start, from, out hit))
                return true;
        }

        return false;
    }

    private static bool TryMatch(ReadOnlySpan<byte> text, int start, int headerEnd, out Hit hit)
    {
        hit = default;
        if (headerEnd - start < ShortestHeader || !IsJson(text[start..headerEnd]))
            return false;

        var end = headerEnd;
        var parts = 1;
        while (parts < MostParts && end < text.Length && text[end] == '.')
        {
            end = Alphabet.Base64Url.EndOfRun(text, end + 1);
            parts++;
        }

        while (text[end - 1] == '.') // the end of the sentence, or of a token without a signature
        {
            end--;
            parts--;
        }

        hit = Hit.Between(start, end);
        return parts > 2 || (parts == 2 && text[headerEnd..].StartsWith(".eyJ"u8));
    }

    private static bool IsJson(ReadOnlySpan<byte> header)
    {
        Span<byte> json = stackalloc byte[HeaderCharactersLookedAt];
        var looked = header[..(Math.Min(header.Length, HeaderCharactersLookedAt) & ~3)];
        Base64Url.DecodeFromUtf8(looked, json, out var consumed, out var written);
        return consumed == looked.Length && json[..written].IndexOfAnyInRange<byte>(0, 0x1F) < 0 && json[..written].Contains((byte)':');
    }
}
