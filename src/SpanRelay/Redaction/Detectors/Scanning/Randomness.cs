namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>Distinguishes generated tokens from names: <c>sk-learn-pipeline-with-scaler</c> is not a key.</summary>
internal static class Randomness
{
    /// <summary>Enough to decide by; a bound, so that a long run costs the same however often it is looked at.</summary>
    public const int Looked = 64;

    public static bool IsIn(ReadOnlySpan<byte> body)
    {
        body = body[..Math.Min(body.Length, Looked)];
        int digits = 0, upper = 0, lower = 0, changes = 0;
        var last = (byte)0;
        foreach (var value in body)
        {
            if (AsciiByte.IsDigit(value))
                digits++;
            else if (value is >= (byte)'A' and <= (byte)'Z')
                upper++;
            else if (value is >= (byte)'a' and <= (byte)'z')
                lower++;
            if (AsciiByte.IsLetter(value) && AsciiByte.IsLetter(last) && ((value ^ last) & 0x20) != 0)
                changes++;
            last = value;
        }

        // Words change case once or twice each; drawn letters every second time.
        return digits >= 4 || (digits > 0 && upper > 0 && lower > 0) || changes * 3 >= body.Length;
    }
}
