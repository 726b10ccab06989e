using System.Text;
using CsCheck;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>Texts that something may be found in. What looks like a secret is put together here, so that no secret scanner stumbles.</summary>
internal static class RevealingText
{
    /// <summary>One text for each detector's name that it finds whole, given words around it.</summary>
    public static IReadOnlyDictionary<string, string[]> Shapes { get; } = new Dictionary<string, string[]>
    {
        ["credentials"] = ["ghp_" + Letters(36), "AKIA" + "QWERTYUIOPASDFGH", "dt0c01." + Letters(24).ToUpperInvariant() + "." + Letters(64).ToUpperInvariant()],
        ["jwt"] = [string.Join('.', Base64Url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), Base64Url("{\"sub\":\"1234567890\",\"name\":\"Ada\"}"), Letters(43))],
        ["authorization"] = ["Authorization: Bearer " + Letters(40), "authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:" + Letters(20)))],
        ["privateKey"] = ["-----BEGIN " + "PRIVATE KEY-----\n" + Letters(64) + "\n" + Letters(64) + "\n-----END " + "PRIVATE KEY-----"],
        ["creditCard"] = ["4111 1111 " + "1111 1111", "555555555555" + "4444"],
        ["iban"] = ["DE89 3704 0044 " + "0532 0130 00", "GB29NWBK6016" + "1331926819"],
        ["email"] = ["mail@" + "example.com"],
        ["usSsn"] = ["219-09-" + "9998"],
        ["namedSecret"] = ["db_password=" + "hunter2x", "client_secret: " + Letters(24), "X-Api-Key=" + Letters(30)],
        ["phone"] = ["+49 30 901820" + "15"],
        ["ipv4"] = ["192.0." + "2.7"],
        ["ipv6"] = ["2001:db8::" + "8a2e:370:7334"],
    };

    private static readonly string[] Pieces =
    [
        .. Shapes.Values.SelectMany(shapes => shapes), "ada@" + "example.org", "TICKET-4711", "TICKET-12", "ticket", "about", "Where is my parcel?",
        "ä", "€", "漢字", "😀", "\0", "\n", "{", "}", "\"", "\\", "x", "=", ":", "[email]", "***",
    ];

    private static readonly string[] Whole =
    [
        "", "gpt-4o", "call back", "SELECT a1, 'it''s' FROM t2 WHERE n = 12.5 -- x", "[{\"role\": \"user\", \"content\": \"hi\"}]", "{\"a\": \"{\\\"prompt\\\": \\\"x\\\"}\"", "1€2€3€4€5€", "😀😀😀", "{\"user\": \"ada\", \"client_secret\": \"s3cr3t\", \"n\": 1}", "{\"a\": {\"password\": [\"x\", 1]}}",
        "[\"stop\", \"length\"]", "[\"stop\", \"a b\"]", "{\"input\": 3, \"output\": 4.5}", "{\"hate\": {\"severity\": \"safe\"}}", "\"LLM\"", "data:image/png;base64,iVBORw0KGgo=", "Support chat",
        "{\"gen_ai\": {\"input\": [{\"messages\": \"x\"}]}}", "{\"langfuse.tags\": [\"a\", [\"b\", {\"c\": \"d e\"}]]}", "{\"x\": {\"llm\": {\"usage\": [1, 2]}}, \"tool\": {\"note\": \"x\"}}",
        "{\"llm.idea\": \"a b\", \"n\": 1}", "[[\"{\\\"genkit:input\\\": 1}\"]]",
        "[{\"token\": \"T0K3N\", \"mail\": \"mail@" + "example.com\"}]", "{\"password\":", "\"just a text\"", "{\"note\": \"TICKET-4711\", \"apiKey\": 12}",
    ];

    public static Gen<string> Texts { get; } = Gen.Frequency(
        (2, Any.Of(Whole)),
        (3, Gen.Select(Any.Of(Pieces).Array[0, 4], Any.Of(" ", " ", "", ", ")).Select((pieces, between) => string.Join(between, pieces))));

    private static string Base64Url(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>Letters and digits as a generator of tokens might have drawn them, but always the same.</summary>
    private static string Letters(int count)
    {
        const string Alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        return string.Concat(Enumerable.Range(1, count).Select(i => Alphabet[i * i * 7 % 53 % Alphabet.Length]));
    }
}
