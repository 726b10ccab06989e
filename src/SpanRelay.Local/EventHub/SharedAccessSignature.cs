using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SpanRelay.Local.EventHub;

/// <summary>
/// <c>SharedAccessSignature sr=…&amp;sig=…&amp;se=…&amp;skn=…</c>: a key's holder lets whoever carries it use a resource
/// until it expires. The signature covers <c>"{sr}\n{se}"</c>, with <c>sr</c> as written in the text.
/// </summary>
public static class SharedAccessSignature
{
    private const string Scheme = "SharedAccessSignature ";

    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();
    private static readonly string[] Required = ["sr", "sig", "se", "skn"];

    /// <param name="resource">What it opens, with everything below it.</param>
    /// <param name="keyName">The policy's name.</param>
    /// <param name="key">The policy's key; its UTF-8 bytes sign.</param>
    /// <param name="expiry">Cut to the second.</param>
    /// <returns>A value for the Authorization header.</returns>
    public static string Create(Uri resource, string keyName, string key, DateTimeOffset expiry)
    {
        ArgumentNullException.ThrowIfNull(resource);
        // The URI is lower case by definition; percent codes are not part of it.
        var encoded = Uri.EscapeDataString(LowerCase(resource.OriginalString.TrimEnd('/')));
        var seconds = expiry.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(Sign(encoded, seconds, key));
        return $"{Scheme}sr={encoded}&sig={Uri.EscapeDataString(signature)}&se={seconds}&skn={Uri.EscapeDataString(keyName)}";
    }

    /// <param name="authorization">The Authorization header as it came, or null.</param>
    /// <param name="resource">What is asked for; the scheme does not count.</param>
    /// <param name="keyName">The only policy there is.</param>
    /// <param name="key">Its key.</param>
    /// <param name="now">Decides on expiry.</param>
    internal static SharedAccessSignatureResult Verify(string? authorization, Uri resource, string keyName, string key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var result = Verify(authorization, keyName, key, now, out var grant);
        if (!result.IsValid) return result;
        return Covers(grant.Resource, resource)
            ? SharedAccessSignatureResult.Valid
            : SharedAccessSignatureResult.Refused("The signature is for another resource (sr).");
    }

    /// <summary>Leaves it to the caller whether the grant covers what is asked for.</summary>
    internal static SharedAccessSignatureResult Verify(
        string? authorization, string keyName, string key, DateTimeOffset now, out SharedAccessGrant grant)
    {
        grant = default;
        if (string.IsNullOrEmpty(authorization)) return SharedAccessSignatureResult.Refused("The Authorization header is missing.");
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return SharedAccessSignatureResult.Refused("The Authorization header is not a SharedAccessSignature.");
        }

        var fields = Fields(authorization[Scheme.Length..]);
        if (Missing(fields) is { } missing) return SharedAccessSignatureResult.Refused($"The signature has no {missing}.");
        if (Uri.UnescapeDataString(fields["skn"]) != keyName) return SharedAccessSignatureResult.Refused("The key name (skn) is not known.");
        if (!long.TryParse(fields["se"], NumberStyles.None, CultureInfo.InvariantCulture, out var expiry) || expiry > LastSecond)
        {
            return SharedAccessSignatureResult.Refused("The expiry (se) is not in Unix seconds.");
        }

        if (!IsSignedWith(key, fields)) return SharedAccessSignatureResult.Refused("The signature (sig) does not match.");
        if (expiry <= now.ToUnixTimeSeconds()) return SharedAccessSignatureResult.Refused("The signature has expired (se).");
        grant = new SharedAccessGrant(WithoutScheme(Uri.UnescapeDataString(fields["sr"])), DateTimeOffset.FromUnixTimeSeconds(expiry));
        return SharedAccessSignatureResult.Valid;
    }

    private static Dictionary<string, string> Fields(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) fields[pair[..equals].Trim()] = pair[(equals + 1)..].Trim();
        }

        return fields;
    }

    private static string? Missing(Dictionary<string, string> fields) =>
        Required.FirstOrDefault(name => !fields.ContainsKey(name));

    private static bool IsSignedWith(string key, Dictionary<string, string> fields)
    {
        var claimed = new byte[HMACSHA256.HashSizeInBytes];
        return Convert.TryFromBase64String(Uri.UnescapeDataString(fields["sig"]), claimed, out var written)
            && written == claimed.Length
            && CryptographicOperations.FixedTimeEquals(claimed, Sign(fields["sr"], fields["se"], key));
    }

    private static byte[] Sign(string encodedResource, string expiry, string key) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{encodedResource}\n{expiry}"));

    private static bool Covers(string prefix, Uri resource)
    {
        var asked = WithoutScheme(resource.OriginalString);
        return asked == prefix || asked.StartsWith(prefix + "/", StringComparison.Ordinal);
    }

    private static string WithoutScheme(string address)
    {
        var lower = LowerCase(address);
        var scheme = lower.IndexOf("://", StringComparison.Ordinal);
        return (scheme < 0 ? lower : lower[(scheme + 3)..]).TrimEnd('/');
    }

#pragma warning disable CA1308 // the format says lower case
    private static string LowerCase(string address) => address.ToLowerInvariant();
#pragma warning restore CA1308
}
