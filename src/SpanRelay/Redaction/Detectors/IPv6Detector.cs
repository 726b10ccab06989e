using System.Buffers;
using System.Net;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>IPv6 addresses: what .NET parses as one, with at least one digit, since <c>::</c> and <c>be::ef</c> are more often source code.</summary>
internal sealed class IPv6Detector : Detector
{
    private const int LongestGroup = 4;
    private const int Longest = 45;

    private static readonly SearchValues<byte> Characters = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    public override string Name => "ipv6";

    public override bool OnByDefault => false;

    public override Minimum Minimum { get; } = new("::1".Length, new(1, Minimum.Digits), new(2, ":"));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit)
    {
        var at = from;
        while (text[at..].IndexOf((byte)':') is >= 0 and var index)
        {
            var colon = at + index;
            var start = StartOfGroup(text, from, colon);
            var length = text[start..].IndexOfAnyExcept(Characters);
            var end = length < 0 ? text.Length : start + length;
            if (end - start <= Longest + 1 && IsAddress(text, start, ref end))
            {
                hit = Hit.Between(start, end);
                return true;
            }

            at = Math.Max(colon + 1, end);
        }

        hit = default;
        return false;
    }

    private static int StartOfGroup(ReadOnlySpan<byte> text, int from, int colon)
    {
        var start = colon;
        while (start > from && colon - start < LongestGroup && AsciiByte.IsHexDigit(text[start - 1]) && !Boundary.EndsEscape(text, start))
            start--;
        return start;
    }

    private static bool IsAddress(ReadOnlySpan<byte> text, int start, ref int end)
    {
        var run = text[start..end].TrimEnd((byte)'.');
        if (run is [.., not (byte)':', (byte)':'])
            run = run[..^1]; // the end of the sentence
        end = start + run.Length;
        return run.Length >= 3
            && run.Count((byte)':') >= 2
            && run.ContainsAnyInRange((byte)'0', (byte)'9')
            && Boundary.WordStarts(text, start)
            && Boundary.WordEnds(text, end)
            && IPAddress.TryParse(run, out _);
    }
}
