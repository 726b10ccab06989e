using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Named;

/// <summary>Values that a space separates from their name: <c>--password x</c>, <c>-u user:x</c> of curl, <c>PASSWORD 'x'</c> of SQL.</summary>
internal static class CommandLineSecret
{
    private const int Looked = 256;

    /// <summary>Programs that take a password after <c>-p</c> or <c>-a</c>.</summary>
    private static readonly string[] TakePasswords = ["mysql", "sshpass", "login", "mongo", "redis-cli", "7z"];

    /// <param name="text">Any bytes.</param>
    /// <param name="hyphen">The last hyphen before the flag's name.</param>
    /// <param name="hit">The flag's value.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, int hyphen, out Hit hit)
    {
        hit = default;
        var near = text[..Math.Min(text.Length, hyphen + Looked)];
        var end = Alphabet.DottedBase64Url.EndOfRun(near, hyphen + 1);
        var name = near[(hyphen + 1)..end];
        var says = SecretNames.Judge(name);
        var isShort = says == SecretName.No;
        if (isShort && !TakesPassword(text[Math.Max(0, hyphen - Looked)..hyphen], name))
            return false;
        if (isShort && name.Length > 1 && name[0] == 'p' && name[1] != 'a')
            return IsAttached(text, hyphen + 2, out hit);

        var start = ValueReader.SkipSpace(near, end);
        if (start == end || start >= near.Length || text[start] == '-')
            return false;
        return IsUser(name) ? TryReadUser(text, start, out hit) : TryReadValue(text, start, isShort ? SecretName.IfText : says, out hit);
    }

    /// <summary>In SQL and settings, a quoted value follows the name of a password.</summary>
    /// <param name="space">The space before the quote.</param>
    public static bool TryReadQuoted(ReadOnlySpan<byte> text, int space, out Hit hit)
    {
        hit = default;
        return NameReader.TryRead(text, space, out var name) && IsPassword(name, text[..(space)])
            && ValueReader.TryReadQuoted(text, space + 1, out hit)
            && hit.Length > 0 && SecretValue.IsQuotedSecret(text.Slice(hit.Start, hit.Length), SecretName.Yes)
            && !SecretValue.IsProse(text.Slice(hit.Start, hit.Length));
    }

    private static bool IsPassword(in NameReader name, ReadOnlySpan<byte> before)
    {
        if (before.EndsWith("IDENTIFIED BY"u8) || before.EndsWith("identified by"u8))
            return true;
        Span<byte> letters = stackalloc byte[SecretNames.Longest];
        if (name.JsonLevel >= 0 || name.Judge() != SecretName.Yes)
            return false;

        var parts = NameParts.Read(name.Name, letters);
        var isKeyword = name.Start > 0 && before[name.Start - 1] is (byte)':' or (byte)'-';
        return isKeyword || parts.EndsIn("password"u8, out _) || parts.EndsIn("passwd"u8, out _) || parts.EndsIn("pwd"u8, out _) || parts.EndsIn("passphrase"u8, out _);
    }

    private static bool IsUser(ReadOnlySpan<byte> name) => name.SequenceEqual("u"u8) || name.SequenceEqual("user"u8) || name.SequenceEqual("proxy-user"u8);

    private static bool TakesPassword(ReadOnlySpan<byte> before, ReadOnlySpan<byte> name)
    {
        if (IsUser(name))
            return before.IndexOf("curl"u8) >= 0 || before.IndexOf("http"u8) >= 0;
        if (name[0] is not ((byte)'p' or (byte)'a') || before.IsEmpty || before[^1] != ' ')
            return false;

        Span<byte> program = stackalloc byte[16];
        foreach (var each in TakePasswords)
        {
            var length = System.Text.Encoding.ASCII.GetBytes(each, program);
            if (before.IndexOf(program[..length]) >= 0)
                return name.Length == 1 || each == "mysql" || each == "7z";
        }

        return false;
    }

    /// <summary><c>mysql -pPassword</c></summary>
    private static bool IsAttached(ReadOnlySpan<byte> text, int start, out Hit hit) => TryReadValue(text, start, SecretName.IfText, out hit);

    private static bool TryReadUser(ReadOnlySpan<byte> text, int start, out Hit hit)
    {
        if (!TryReadValue(text, start, SecretName.IfText, out hit))
            return false;

        var colon = text.Slice(hit.Start, Math.Min(hit.Length, Looked)).IndexOf((byte)':');
        hit = Hit.Between(hit.Start + colon + 1, hit.End);
        return colon > 0 && hit.Length > 0 && SecretValue.IsQuotedSecret(text.Slice(hit.Start, hit.Length), SecretName.IfText);
    }

    private static bool TryReadValue(ReadOnlySpan<byte> text, int start, SecretName says, out Hit hit)
    {
        if (ValueReader.TryReadQuoted(text, start, out hit))
            return hit.Length > 0 && SecretValue.IsQuotedSecret(text.Slice(hit.Start, hit.Length), says);

        var near = text[..Math.Min(text.Length, start + Looked)];
        var end = ValueReader.EndOfRun(near, start, isParameter: false, isEncoded: false);
        if (end == start || !SecretValue.IsBareSecret(text[start..end], says, next: 0, isProse: false))
            return false;

        hit = Hit.Between(start, end < near.Length ? end : ValueReader.EndOfRun(text, start, isParameter: false, isEncoded: false));
        return true;
    }
}
