namespace SpanRelay.Redaction.Detectors.Numbers;

/// <summary>Decides whether digits are a payment card number: an issuer's range, a length that it uses, Luhn's check digit.</summary>
internal static class CardNumber
{
    public const int Shortest = 13;
    public const int Longest = 19;

    /// <summary>By the first four digits. From ISO/IEC 7812 and the issuers' publications.</summary>
    private static readonly (int First, int Last, int Shortest, int Longest)[] Issuers =
    [
        (2221, 2720, 16, 16), // Mastercard
        (3000, 3059, 14, 19), // Diners Club
        (3095, 3095, 14, 19),
        (3400, 3499, 15, 15), // American Express
        (3528, 3589, 16, 19), // JCB
        (3600, 3699, 14, 19), // Diners Club
        (3700, 3799, 15, 15), // American Express
        (3800, 3999, 14, 19), // Diners Club
        (4000, 4999, 13, 13), // Visa, old
        (4000, 4999, 16, 16), // Visa
        (4000, 4999, 19, 19),
        (5018, 5018, 13, 19), // Maestro
        (5020, 5020, 13, 19),
        (5038, 5038, 13, 19),
        (5100, 5599, 16, 16), // Mastercard
        (5893, 5893, 13, 19), // Maestro
        (6011, 6011, 16, 19), // Discover
        (6200, 6299, 16, 19), // UnionPay
        (6304, 6304, 13, 19), // Maestro
        (6390, 6390, 13, 19),
        (6440, 6599, 16, 19), // Discover
        (6759, 6763, 13, 19), // Maestro
    ];

    public static bool IsValid(ReadOnlySpan<byte> digits) =>
        digits.Length is >= Shortest and <= Longest && HasIssuer(digits) && HasCheckDigit(digits);

    private static bool HasIssuer(ReadOnlySpan<byte> digits)
    {
        var range = ((((digits[0] - '0') * 10) + (digits[1] - '0')) * 100) + ((digits[2] - '0') * 10) + (digits[3] - '0');
        foreach (var issuer in Issuers)
        {
            if (range >= issuer.First && range <= issuer.Last && digits.Length >= issuer.Shortest && digits.Length <= issuer.Longest)
                return true;
        }

        return false;
    }

    private static bool HasCheckDigit(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        var twice = false;
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            var digit = (digits[i] - '0') << (twice ? 1 : 0);
            sum += digit > 9 ? digit - 9 : digit;
            twice = !twice;
        }

        return sum % 10 == 0;
    }
}
