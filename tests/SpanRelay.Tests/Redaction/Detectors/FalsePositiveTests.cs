using System.Globalization;
using Google.Protobuf;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Redaction.Detectors;

/// <summary>Ordinary telemetry stays: at most one value in a thousand changes under the default policy.</summary>
public class FalsePositiveTests(ITestOutputHelper output)
{
    private const int ValuesOfEach = 500;
    private const string Hex = "0123456789abcdef";
    private const string Digits = "0123456789";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly string[] Words = ["orders", "users", "checkout", "cart", "payments-api", "search", "gateway", "inventory", "token-service", "auth", "session-store", "secrets-sync", "worker", "report", "keycloak", "password-reset"];

    private static readonly (string Key, Func<Random, string> Value)[] Kinds =
    [
        ("trace.id", r => Draw(r, Hex, 32)), ("span.id", r => Draw(r, Hex, 16)), ("dd.trace_id", r => r.NextInt64(1L << 60, long.MaxValue).ToString(CultureInfo.InvariantCulture)),
        ("dd.span_id", r => ((ulong)r.NextInt64() * 2).ToString(CultureInfo.InvariantCulture)), ("order.id", r => r.Next(1, 9) + Draw(r, Digits, 15)), ("msg.id", r => Draw(r, Digits, 16)),
        ("log", r => $"processed order {Draw(r, Digits, 16)} in {r.Next(900)} ms"), ("event", r => $"{{\"id\":{r.Next(1, 9)}{Draw(r, Digits, 15)},\"seq\":{r.Next()}}}"), ("ids", r => $"[4{Draw(r, Digits, 15)},5{Draw(r, Digits, 15)}]"),
        ("commit", r => Draw(r, Hex, 40)), ("container.id", r => Draw(r, Hex, 64)), ("image", r => $"registry.example.com/{Word(r)}@sha256:{Draw(r, Hex, 64)}"), ("uuid", r => Guid(r)), ("ulid", r => Draw(r, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 26)),
        ("service.version", r => $"{r.Next(20)}.{r.Next(90)}.{r.Next(300)}-rc.{r.Next(9)}+build.{r.Next(9999)}"), ("package", r => $"{Word(r)}@{r.Next(20)}.{r.Next(20)}.{r.Next(20)}"), ("time", r => Time(r).ToString("O", CultureInfo.InvariantCulture)),
        ("unix", r => (1_600_000_000_000_000_000 + r.NextInt64(200_000_000_000_000_000)).ToString(CultureInfo.InvariantCulture)), ("micros", r => (1_600_000_000_000_000 + r.NextInt64(200_000_000_000_000)).ToString(CultureInfo.InvariantCulture)),
        ("k8s.pod.name", r => $"{Word(r)}-{Draw(r, "bcdfghjklmnpqrstvwxz2456789", 10)}-{Draw(r, "bcdfghjklmnpqrstvwxz2456789", 5)}"), ("k8s.node.name", r => $"ip-10-{r.Next(255)}-{r.Next(255)}-{r.Next(255)}.eu-west-1.compute.internal"),
        ("url.full", r => $"https://{Word(r)}.example.com/v{r.Next(4)}/{Word(r)}/{Guid(r)}?page={r.Next(9)}&sort=name&page_token={Draw(r, Alphanumeric, 12)}"), ("url.path", r => $"/api/{Word(r)}/{r.Next(99999)}/items"), ("repo", r => $"git@github.com:{Word(r)}/{Word(r)}.git"),
        ("db.query.summary", r => $"SELECT {Word(r)}.id, token_count FROM {Word(r)} JOIN keys"), ("sql", r => $"UPDATE {Word(r)} SET next_token = ?, updated_at = now() WHERE id = ? AND max_tokens > {r.Next(999)} -- {Draw(r, Lower, 9)}"),
        ("user_agent.original", r => $"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.{r.Next(99)} (KHTML, like Gecko) Chrome/{r.Next(140)}.0.{r.Next(9999)}.{r.Next(255)} Safari/537.36"), ("server.address", r => $"10.{r.Next(255)}.{r.Next(255)}.{r.Next(255)}:{r.Next(65535)}"),
        ("tensor", r => $"shape {r.Next(100, 999)} {r.Next(10, 99)} {r.Next(1000, 9999)}"), ("ipv6", r => $"[2001:db8::{Draw(r, Hex, 4)}:{Draw(r, Hex, 4)}]:443"), ("etag", r => $"\"{Draw(r, Hex, 32)}-{r.Next(99)}\""), ("checksum", r => $"sha256-{Convert.ToBase64String(Bytes(r, 32))}"),
        ("path", r => $"/var/lib/{Word(r)}/{Draw(r, Lower, 8)}/{r.Next(999)}.log"), ("windows", r => $"C:\\Program Files\\{Word(r)}\\bin\\{Draw(r, Lower, 8)}.dll"), ("arn", r => $"arn:aws:lambda:eu-west-1:{Draw(r, Digits, 12)}:function:{Word(r)}:{r.Next(99)}"),
        ("azure.resource", r => $"/subscriptions/{Guid(r)}/resourceGroups/rg-{Word(r)}/providers/Microsoft.Web/sites/{Word(r)}-{r.Next(99)}"), ("model", r => $"gpt-{r.Next(9)}o-mini-2024-{r.Next(10, 12)}-{r.Next(10, 28)}"), ("completion.id", r => $"chatcmpl-{Draw(r, Alphanumeric, 29)}"),
        ("usage", r => $"{{\"prompt_tokens\":{r.Next(9999)},\"completion_tokens\":{r.Next(999)},\"total_tokens\":{r.Next(9999)},\"max_tokens\":4096}}"), ("logline", r => $"{Time(r):O} INFO [{Word(r)}] cache_key={Word(r)}:{r.Next(999)} next_token={Draw(r, Alphanumeric, 8)} hit=true"),
        ("status", r => $"tests: pass={r.Next(99)} fail={r.Next(9)}, token_type: Bearer, key: value"), ("stack", r => $"at Example.{Draw(r, Lower, 7)}.GetTokenAsync(CancellationToken cancellationToken) in /src/{Word(r)}.cs:line {r.Next(999)}"), ("code", r => $"var token = await {Draw(r, Lower, 8)}.GetTokenAsync(ct); password: string; apiKey: process.env.API_KEY"),
        ("decimal", r => r.NextDouble().ToString("R", CultureInfo.InvariantCulture)), ("traceparent", r => $"00-{Draw(r, Hex, 32)}-{Draw(r, Hex, 16)}-01"), ("kafka", r => $"{Word(r)}-{r.Next(64)}@{r.NextInt64(99_999_999_999)}"), ("cron", r => $"{r.Next(59)} {r.Next(23)} * * {r.Next(6)}"), ("phone", r => $"extension {r.Next(1000, 9999)}"),
    ];

    [Fact]
    public void AtMostOneValueInAThousandChanges()
    {
        var random = new Random(17);
        var span = Some.Span();
        foreach (var (key, value) in Kinds)
        {
            for (var i = 0; i < ValuesOfEach; i++)
                span.Attributes.Add(Some.Attribute(key, value(random)));
        }

        var request = Some.Request(span);
        var (_, redacted) = new Redactor(new RedactionOptions(), ResourceAttributes.None).Redact(request.ToByteArray());

        var after = ExportTraceServiceRequest.Parser.ParseFrom(redacted).Spans().Single().Attributes;
        Assert.Equal(span.Attributes.Count, after.Count);
        var changed = span.Attributes.Zip(after).Where(pair => !pair.First.Equals(pair.Second)).ToList();
        output.WriteLine($"{changed.Count} of {after.Count} values changed.");
        Assert.True(after.Count >= 20_000);
        Assert.True(changed.Count * 1000 <= after.Count, $"{changed.Count} of {after.Count} changed:\n{string.Join('\n', changed.Take(60).Select(pair => $"{pair.First} → {pair.Second.Value}"))}");
    }

    private static string Word(Random random) => Words[random.Next(Words.Length)];

    private static DateTime Time(Random random) => new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMilliseconds(random.NextInt64(80_000_000_000));

    private static string Guid(Random random) => new Guid(Bytes(random, 16)).ToString();

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Draw(Random random, string alphabet, int count) => new(random.GetItems<char>(alphabet, count));
}
