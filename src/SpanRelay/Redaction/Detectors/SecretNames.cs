using System.Text;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>Names of secrets in any notation: <c>apiKey</c>, <c>API_KEY</c>, <c>api-key</c>.</summary>
internal static class SecretNames
{
    private const int Longest = 64;

    /// <summary>Secret when the whole name is this.</summary>
    private static readonly string[] Names =
    [
        "password", "passwd", "pwd", "pass", "passphrase", "passcode",
        "token", "accesstoken", "refreshtoken", "idtoken", "sessiontoken", "authtoken", "bearertoken", "securitytoken",
        "apitoken", "csrftoken", "xsrftoken", "authenticationtoken", "usertoken", "servicetoken", "jwt", "bearer",
        "apikey", "xapikey", "apisecret", "xapitoken", "subscriptionkey", "ocpapimsubscriptionkey",
        "authorization", "proxyauthorization", "xauthorization", "xauthtoken", "cookie", "cookies", "setcookie", "sessioncookie",
        "secret", "secrets", "clientsecret", "secretkey", "secretaccesskey", "secretstring", "appsecret", "sharedsecret", "signingsecret", "webhooksecret",
        "privatekey", "accountkey", "accesskey", "sharedaccesskey", "sharedaccesssignature", "encryptionkey", "signingkey", "masterkey", "storagekey",
        "connectionstring", "credential", "credentials", "clientassertion",
    ];

    /// <summary>Secret also with something before it: <c>db_password</c>, <c>OPENAI_API_KEY</c>.</summary>
    private static readonly string[] Endings =
    [
        "password", "passwd", "passphrase", "apikey", "secretkey", "clientsecret", "apisecret", "accesstoken", "refreshtoken",
        "authtoken", "sessiontoken", "bearertoken", "apitoken", "privatekey", "secretaccesskey", "sharedaccesskey", "accountkey", "connectionstring",
    ];

    private static readonly byte[][][] NamesByLength = [.. Enumerable.Range(0, Longest + 1).Select(length => Encode(Names.Where(name => name.Length == length)))];

    private static readonly byte[][] EncodedEndings = Encode(Endings);

    /// <summary>By the last two letters, which rule out nearly every name that is not secret.</summary>
    private static readonly bool[] LastTwoLetters = TableOfLastTwoLetters();

    public static bool Contains(ReadOnlySpan<byte> name)
    {
        if (name.Length is < 3 or > Longest || !MayBeSecret(name[^2], name[^1]))
            return false;

        Span<byte> letters = stackalloc byte[Longest];
        letters = letters[..Normalize(name, letters)];
        return IsAmong(NamesByLength[letters.Length], letters) || EndsInOne(letters);
    }

    private static bool MayBeSecret(byte secondLast, byte last) =>
        !AsciiByte.IsLetter(secondLast) || !AsciiByte.IsLetter(last) || LastTwoLetters[Slot(secondLast, last)];

    private static int Normalize(ReadOnlySpan<byte> name, Span<byte> output)
    {
        var length = 0;
        foreach (var value in name)
        {
            if (value is not ((byte)'-' or (byte)'_' or (byte)' '))
                output[length++] = AsciiByte.ToLower(value);
        }

        return length;
    }

    private static bool IsAmong(byte[][] names, ReadOnlySpan<byte> letters)
    {
        foreach (var name in names)
        {
            if (letters.SequenceEqual(name))
                return true;
        }

        return false;
    }

    private static bool EndsInOne(ReadOnlySpan<byte> letters)
    {
        foreach (var ending in EncodedEndings)
        {
            if (letters.EndsWith(ending))
                return true;
        }

        return false;
    }

    private static bool[] TableOfLastTwoLetters()
    {
        var table = new bool[26 * 26];
        foreach (var name in Names.Concat(Endings))
            table[Slot((byte)name[^2], (byte)name[^1])] = true;
        return table;
    }

    private static int Slot(byte secondLast, byte last) => (((secondLast | 0x20) - 'a') * 26) + (last | 0x20) - 'a';

    private static byte[][] Encode(IEnumerable<string> names) => [.. names.Select(Encoding.ASCII.GetBytes)];
}
