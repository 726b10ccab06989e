using System.Text;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Named;

/// <summary>What a name says about its value.</summary>
internal enum SecretName
{
    /// <summary>Not a secret.</summary>
    No,

    /// <summary>A secret if it looks generated: <c>mapbox_key</c>.</summary>
    IfGenerated,

    /// <summary>A secret unless it is a number, a flag or a state: <c>pass</c>.</summary>
    IfText,

    /// <summary>A secret.</summary>
    Yes,
}

/// <summary>
/// Names of secrets in any notation: <c>apiKey</c>, <c>API_KEY</c>, <c>api-key</c>. The last part of a name decides, with what
/// stands before it: <c>slack_bot_token</c> is a secret, <c>next_token</c> and <c>max_tokens</c> are not.
/// </summary>
internal static class SecretNames
{
    public const int Longest = 64;
    private const int Shortest = 2;

    /// <summary>A name that ends in one of these is secret.</summary>
    private const string Endings =
        """
        password passwords passwd passwort passphrase passcode pswd secret secrets token authorization cookie cookies credential credentials creds
        clientassertion mnemonic seedphrase recoveryphrase recoverycode connectionstring connectionstrings connstring connstr secretstring
        sharedaccesssignature passkey cardnumber ccnumber creditcard cvv cvc
        """;

    /// <summary>Secret as the whole name or as a part of it.</summary>
    private const string Parts = "pwd psk sas jwt bearer totp phpsessid jsessionid sessid";

    /// <summary>What makes a <c>…key</c> a secret.</summary>
    private const string KeyOwners =
        """
        api apis secret access private priv account shared encryption decryption signing sign master storage subscription function functions functionapp host
        auth authorization authentication service admin client app application license licence deploy deployment ssh ssl tls pgp gpg pem server hmac aes rsa
        crypto cipher recovery activation product primarykeysecret sas rest webhook integration ingest ingestion write read project user org organization
        openai anthropic claude cohere mistral groq gemini google azure aws gcp stripe twilio sendgrid mailgun mailchimp datadog dd newrelic sentry pinecone
        huggingface hf replicate together deepseek perplexity openrouter github gitlab slack discord telegram vault consul algolia cloudflare heroku shopify
        paypal square firebase supabase elastic splunk grafana honeycomb langsmith langfuse wandb serper tavily xai nvidia ollama litellm portkey helicone
        """;

    /// <summary>What makes a <c>…key</c> a name, an index or a button.</summary>
    private const string KeyNeighbors =
        """
        cache primary foreign partition sort routing public pub row object group hash range message idempotency dedup deduplication dedupe shard composite
        candidate unique surrogate natural index lookup translation i18n locale resource feature flag property header query param parameter metric label tag
        map dict dictionary json item entry document doc record entity job task event topic stream bucket blob file s3 path registry hot short arrow enter
        escape tab shift ctrl control meta any react element node child parent root sub super data attribute attr field column table join lock semaphore
        rate limit ratelimit throttle context trace span correlation baggage state version lang language currency country region zone pair answer kv name
        """;

    /// <summary>What makes a <c>…token</c> a position, a count or a piece of text.</summary>
    private const string TokenNeighbors =
        """
        next nextpage page pagination max min num number count total per continuation continue sync nextsync cursor eos bos pad padding unk unknown sep cls mask
        special stop start end first last input output prompt completion cached reasoning thinking image audio cancellation cancel cancelation skip offset
        previous prev unexpected expected lookahead newline indent operator syntax parse keyword word sub sentence byte draft decoded generated sampled top
        """;

    /// <summary>Secret unless the value is a flag: <c>useToken</c>.</summary>
    private const string Flags = "is has have use uses using with require requires required needs allow show hide forgot no enable disable validate";

    /// <summary>Parts after the name of a secret that do not change its meaning: <c>DB_PASSWORD_PROD</c>.</summary>
    private const string Qualifiers =
        """
        prod production dev development test testing staging stage live old new primary secondary backup main value plain plaintext text string str raw
        base64 b64 hash current previous default override env v ro rw readonly local remote id0 encoded encrypted
        """;

    private static readonly byte[][][] EndingsByLetter = ByLastLetter(Endings);
    private static readonly byte[][][] PartsByLetter = ByLastLetter(Parts);
    private static readonly byte[][][] KeyOwnersByLetter = ByLastLetter(KeyOwners);
    private static readonly byte[][][] KeyNeighborsByLetter = ByLastLetter(KeyNeighbors);
    private static readonly byte[][][] TokenNeighborsByLetter = ByLastLetter(TokenNeighbors);
    private static readonly byte[][][] QualifiersByLetter = ByLastLetter(Qualifiers);
    private static readonly byte[][] FlagsByText = [.. Words(Flags).Select(Encoding.ASCII.GetBytes)];

    /// <summary>Checks the last two letters, which rule out nearly every name.</summary>
    private static readonly bool[] LastTwoLetters = TableOfLastTwoLetters();

    /// <summary>Whether the name alone makes any value a secret.</summary>
    public static bool Contains(ReadOnlySpan<byte> name) => Judge(name) == SecretName.Yes;

    public static SecretName Judge(ReadOnlySpan<byte> name)
    {
        name = name.TrimEnd("0123456789_-. "u8);
        if (name.Length is < Shortest or > Longest || !MayBeSecret(name[^2], name[^1]))
            return SecretName.No;

        Span<byte> letters = stackalloc byte[Longest];
        var parts = NameParts.Read(name, letters);
        var judged = Judge(parts);
        while (judged == SecretName.No && parts.EndsInPart(QualifiersByLetter, out var rest) && rest > 0)
        {
            parts = parts.Before(rest);
            judged = Judge(parts);
        }

        return judged;
    }

    /// <summary>For the parameters of a URL or form, where shorter names are secrets too.</summary>
    public static SecretName JudgeParameter(ReadOnlySpan<byte> name)
    {
        Span<byte> letters = stackalloc byte[Longest];
        if (name.Length is 0 or > Longest)
            return SecretName.No;

        var last = NameParts.Read(name, letters).LastPart;
        if (last.SequenceEqual("sig"u8) || last.SequenceEqual("signature"u8) || last.SequenceEqual("hmac"u8) || last.SequenceEqual("assertion"u8) || last.SequenceEqual("samlresponse"u8) || last.SequenceEqual("ticket"u8))
            return SecretName.Yes;
        var judged = Judge(name);
        return judged == SecretName.No && (last.SequenceEqual("code"u8) || last.SequenceEqual("otp"u8) || last.SequenceEqual("auth"u8)) ? SecretName.IfText : judged;
    }

    private static SecretName Judge(NameParts parts)
    {
        if (parts.EndsIn("key"u8, out var before) || parts.EndsIn("keys"u8, out before))
            return JudgeKey(parts, before);
        if (parts.EndsInPart("pass"u8, out before) || parts.EndsInPart("pw"u8, out before))
            return before > 0 && !parts.Before(before).EndsInPart("test"u8, out _) ? SecretName.Yes : SecretName.IfText;
        if (parts.EndsInPart("auth"u8, out _) || parts.EndsInPart("pat"u8, out _) || parts.EndsInPart("sig"u8, out _) || parts.EndsInPart("signature"u8, out _))
            return SecretName.IfGenerated;
        if (!parts.EndsIn(EndingsByLetter, out before) && !parts.EndsInPart(PartsByLetter, out before))
            return SecretName.No;
        if (parts.EndsIn("token"u8, out before) && before > 0 && parts.Before(before).EndsInPart(TokenNeighborsByLetter, out _))
            return SecretName.No;
        return parts.StartsInPart(FlagsByText) ? SecretName.IfText : SecretName.Yes;
    }

    private static SecretName JudgeKey(NameParts parts, int before)
    {
        if (before == 0)
            return SecretName.No;

        var owner = parts.Before(before);
        if (owner.EndsInPart(KeyNeighborsByLetter, out _))
            return SecretName.No;
        if (owner.EndsIn("api"u8, out _) || owner.EndsIn("secret"u8, out _) || owner.EndsIn("access"u8, out _) || owner.EndsIn("private"u8, out _) || owner.EndsInPart(KeyOwnersByLetter, out _))
            return SecretName.Yes;
        return parts.StartsPart(before) ? SecretName.IfGenerated : SecretName.No;
    }

    private static bool MayBeSecret(byte secondLast, byte last) =>
        AsciiByte.IsLetter(secondLast) && AsciiByte.IsLetter(last) ? LastTwoLetters[Slot(secondLast, last)] : AsciiByte.IsLetter(last);

    private static bool[] TableOfLastTwoLetters()
    {
        var table = new bool[26 * 26];
        foreach (var name in (string[])[.. Words(Endings), .. Words(Parts), .. Words(Qualifiers), "key", "keys", "pass", "pw", "auth", "pat", "sig", "signature"])
        {
            var letters = name.TrimEnd('0', '4', '6');
            if (letters.Length > 1)
                table[Slot((byte)letters[^2], (byte)letters[^1])] = true;
        }

        return table;
    }

    private static int Slot(byte secondLast, byte last) => (((secondLast | 0x20) - 'a') * 26) + (last | 0x20) - 'a';

    /// <summary>The words by their last letter, so that a name is compared with few of them.</summary>
    private static byte[][][] ByLastLetter(string words)
    {
        var byLetter = Words(words).Select(Encoding.ASCII.GetBytes).ToLookup(word => word[^1]);
        return [.. Enumerable.Range(0, 128).Select(letter => byLetter[(byte)letter].ToArray())];
    }

    private static string[] Words(string words) => words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
