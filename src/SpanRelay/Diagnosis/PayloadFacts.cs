using System.Globalization;

namespace SpanRelay.Diagnosis;

/// <summary>What can be said of a payload without quoting it.</summary>
internal static class PayloadFacts
{
    private const int Looked = 64 * 1024;
    private const int FewestRandom = 256;
    private const int Values = 256;

    // The sum for random bytes is 255 on average, and above this once in a hundred million times.
    private const double MostForRandom = 390;

    /// <summary>A line of evidence; null where neither the size nor the first byte helps.</summary>
    public static string? Describe(Cause cause, ReadOnlySpan<byte> payload)
    {
        if (cause == CauseCatalog.CutOff || cause == CauseCatalog.BrokenGzip || cause == CauseCatalog.BrokenCompression)
            return RoundSize(payload.Length) is { } size ? $"It ends after exactly {size}: a limit on the way may have cut it." : null;
        if (payload.IsEmpty || (cause != CauseCatalog.OtherBinary && cause != CauseCatalog.RandomBytes))
            return null;

        var looked = payload[..Math.Min(payload.Length, Looked)];
        var printable = 0;
        foreach (var value in looked)
            printable += value is >= (byte)' ' and < 0x7F ? 1 : 0;
        return string.Create(CultureInfo.InvariantCulture, $"Its first byte is 0x{payload[0]:X2}; {100 * printable / looked.Length}% of its bytes are printable ASCII.");
    }

    /// <summary>Its bytes are as evenly distributed as encryption and good compression make them (chi-square).</summary>
    public static bool IsRandom(ReadOnlySpan<byte> payload)
    {
        payload = payload[..Math.Min(payload.Length, Looked)];
        if (payload.Length < FewestRandom)
            return false;

        Span<int> counts = stackalloc int[Values];
        foreach (var value in payload)
            counts[value]++;
        var expected = payload.Length / (double)Values;
        var sum = 0.0;
        foreach (var count in counts)
            sum += (count - expected) * (count - expected) / expected;
        return sum < MostForRandom;
    }

    /// <summary>Limits are powers of two, or a million bytes.</summary>
    private static string? RoundSize(int bytes) => bytes switch
    {
        1_000_000 => "1,000,000 bytes",
        >= 1 << 20 when int.IsPow2(bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB"),
        >= 1 << 10 when int.IsPow2(bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10} KiB"),
        _ => null,
    };
}
