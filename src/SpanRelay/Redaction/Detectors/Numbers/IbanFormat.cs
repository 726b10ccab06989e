namespace SpanRelay.Redaction.Detectors.Numbers;

/// <summary>One country's account numbers after the country code and the check digits: <c>n</c> digit, <c>a</c> letter, <c>c</c> either.</summary>
internal sealed class IbanFormat
{
    public const int Longest = 34;

    // SWIFT's IBAN registry.
    private const string Registry =
        """
        AD 8n12c  AE 19n    AL 8n16c  AT 16n    AZ 4a20c  BA 16n    BE 12n    BG 4a6n8c   BH 4a14c  BI 23n
        BR 23n1a1c          BY 4c4n16c          CH 5n12c  CR 18n    CY 8n16c  CZ 20n      DE 18n    DJ 23n
        DK 14n    DO 4c20n  EE 16n    EG 25n    ES 20n    FI 14n    FK 2a12n  FO 14n      FR 10n11c2n
        GB 4a14n  GE 2a16n  GI 4a15c  GL 14n    GR 7n16c  GT 4c20c  HN 4a20n  HR 17n      HU 24n    IE 4a14n
        IL 19n    IQ 4a15n  IS 22n    IT 1a10n12c         JO 4a4n18c          KW 4a22c    KZ 3n13c  LB 4n20c
        LC 4a24c  LI 5n12c  LT 16n    LU 3n13c  LV 4a13c  LY 21n    MC 10n11c2n           MD 2c18c  ME 18n
        MK 3n10c2n          MN 16n    MR 23n    MT 4a5n18c          MU 4a19n3a            NI 4a20n  NL 4a10n
        NO 11n    OM 3n16c  PK 4a16c  PL 24n    PS 4a21c  PT 21n    QA 4a21c  RO 4a16c    RS 18n    RU 14n15c
        SA 2n18c  SC 4a20n3a          SD 14n    SE 20n    SI 15n    SK 20n    SM 1a10n12c           SO 19n
        ST 21n    SV 4a20n  TL 19n    TN 20n    TR 6n16c  UA 6n19c  VA 18n    VG 4a16n    XK 16n    YE 4a4n18c
        """;

    private static readonly IbanFormat?[] ByCountry = ReadRegistry();

    public static readonly int Shortest = ByCountry.OfType<IbanFormat>().Min(format => format.Length);

    /// <summary>Of all countries' numbers.</summary>
    public static readonly int FewestDigits = ByCountry.OfType<IbanFormat>().Min(format => format._kinds.Count(kind => kind == 'n'));

    private readonly string _kinds;

    private IbanFormat(string kinds) => _kinds = kinds;

    /// <summary>Length of the whole number without spaces.</summary>
    public int Length => _kinds.Length;

    public static IbanFormat? Find(byte first, byte second) => ByCountry[Slot(first, second)];

    /// <param name="number">The number without spaces, letters in upper case.</param>
    public bool Fits(ReadOnlySpan<byte> number)
    {
        for (var i = 0; i < number.Length; i++)
        {
            var isDigit = char.IsAsciiDigit((char)number[i]);
            if (_kinds[i] != 'c' && isDigit != (_kinds[i] == 'n'))
                return false;
        }

        return HasCheckDigits(number);
    }

    /// <summary>ISO 7064 MOD 97-10: the first four characters move to the end, letters count from 10.</summary>
    private static bool HasCheckDigits(ReadOnlySpan<byte> number)
    {
        var rest = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var value = number[(i + 4) % number.Length];
            rest = char.IsAsciiDigit((char)value) ? (rest * 10) + value - '0' : (rest * 100) + value - 'A' + 10;
            rest %= 97;
        }

        return rest == 1;
    }

    private static IbanFormat?[] ReadRegistry()
    {
        var formats = new IbanFormat?[26 * 26];
        var rows = Registry.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < rows.Length; i += 2)
            formats[Slot((byte)rows[i][0], (byte)rows[i][1])] = new IbanFormat("aann" + Expand(rows[i + 1]));
        return formats;
    }

    private static string Expand(string structure)
    {
        var kinds = "";
        var count = 0;
        foreach (var character in structure)
        {
            if (char.IsAsciiDigit(character))
            {
                count = (count * 10) + character - '0';
                continue;
            }

            kinds += new string(character, count);
            count = 0;
        }

        return kinds;
    }

    private static int Slot(byte first, byte second) => (((first | 0x20) - 'a') * 26) + (second | 0x20) - 'a';
}
