namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>Distinguishes generated tokens from names: <c>sk-learn-pipeline-with-scaler</c> is not a key.</summary>
internal static class Randomness
{
    /// <summary>Enough bytes to decide by. The bound keeps long runs cheap, however often they are examined.</summary>
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

        // Words change case once or twice each; random letters, at every second one.
        return digits >= 4 || (digits > 0 && upper > 0 && lower > 0) || changes * 3 >= body.Length;
    }
}
