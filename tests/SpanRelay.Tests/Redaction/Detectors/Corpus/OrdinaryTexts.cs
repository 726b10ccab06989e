using System.Text.Json;

namespace SpanRelay.Tests.Redaction.Detectors.Corpus;

/// <summary>Texts with nothing to redact in them.</summary>
internal static class OrdinaryTexts
{
    public const string Lines =
        """
        # prose in several languages
        The quick brown fox jumps over the lazy dog, 3 times on 15 January 2024 at 14:35, for 1,299.00 dollars (or 1.199,00 €).
        Please describe the basic idea, the bearer of the message, and the key to the password-less sign-in of 2025.
        Die Geschwindigkeitsbegrenzungsschilder wurden 1987 aufgestellt; seither gilt „Tempo 30“ in 128 Straßen.
        Les 12 chapitres suivants décrivent l'histoire de l'œuvre : « on n'y voit rien », disait-elle.
        El año pasado se vendieron 1.234.567 ejemplares; ¿quién lo habría dicho?
        Всё началось в 1999 году, когда 27 инженеров собрались в одной комнате.
        東京の人口は約1,400万人です。2024年1月15日現在のデータによる。
        人工智能在2024年取得了巨大进展,共有128个模型发布。
        كان عدد المشاركين 350 شخصًا في عام 2023.
        שלום עולם, 42 פעמים.
        😀 emoji 👩‍💻 and more 🎉

        # ids and hashes
        123e4567-e89b-12d3-a456-426614174000
        41111111-1111-4111-8111-111111111111
        4bf92f3577b34da6a3ce929d0e0e4736
        00f067aa0ba902b7
        00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
        trace_id=‹h32› span_id=‹h16›
        ‹h32› ‹h40› ‹h64› ‹h128›
        sha256:‹h64›
        sha512-‹b86›==
        W/"‹h32›"
        01ARZ3NDEKTSV4RRFFQ69G5FAV
        chatcmpl-‹a29›
        msg_‹a24› toolu_‹a24› call_‹a24› run_‹a24› req_‹a24›
        arn:aws:iam::123456789012:role/demo
        /subscriptions/123e4567-e89b-12d3-a456-426614174000/resourceGroups/rg/providers/Microsoft.Web/sites/app
        projects/my-project-123456/locations/us-central1/publishers/google/models/gemini-2.5-pro
        1700000000 1700000000000 1700000000000000 1700000000000000000
        order 4711-0815, invoice 2024-001234, part 12-345-6789, ISBN 978-3-16-148410-0
        100000000001 123456789012 9999999999999999

        # times, versions, numbers
        2024-01-15T10:30:00.123456789Z
        2024-01-15T10:30:00+02:00
        Mon, 15 Jan 2024 10:30:00 GMT
        1.2.3 v10.0.19045 2.0.0-beta.1+build.5 18.3.0-canary-abc123 ^4.17.21 ~1.0 >=3.9,<4
        3.141592653589793 6.02214076e23 -0.0000001 0x7fffffff 1e-9 0.1234567890123456
        gpt-5-mini-2025-08-07 claude-sonnet-4-5-20250929 llama-3.3-70b-instruct text-embedding-3-large

        # URLs and headers without secrets
        https://example.com/a/b/c?x=1&y=2#frag
        https://api.example.com/v1/chat/completions?api-version=2024-10-21
        https:\/\/example.com\/a?x=1\u0026y=2
        http://localhost:8080/ http://[::1]:8080/ ws://10.0.0.1:6379
        file:///C:/Users/Public/readme.txt C:\new\table\readme.txt \\server\share
        git@ref main@{upstream} @types/node@20.1.0 lodash@4.17.21 icon@2x.png @app.route
        content-type: application/json; charset=utf-8; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW
        User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36
        traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01

        # source code and tools
        var tokens = await CountTokensAsync(messages, cancellationToken);
        if (sk_len > 0 && hf_config.max_position_embeddings >= 4096) { npm_config = process.env.npm_config_registry; }
        for (int i = 0; i < 1000000; i++) sum += values[i] * 3.14159265358979;
        SELECT id, name FROM users WHERE created_at > '2024-01-01' AND status IN (1, 2, 3) LIMIT 100;
        def __init__(self, api_key: str | None = None, *, max_retries: int = 3) -> None:
        export const handler: Handler<APIGatewayProxyEventV2> = async (event) => ({ statusCode: 200 });
        @@ -1,5 +1,6 @@ diff --git a/src/Program.cs b/src/Program.cs index ‹h7›..‹h7› 100644
        docker run --rm -it -p 8080:80 -v $(pwd):/app mcr.microsoft.com/dotnet/sdk:10.0@sha256:‹h64›
        System.InvalidOperationException: Sequence contains no elements⏎   at System.Linq.Enumerable.First[T](IEnumerable`1 source) in /src/Linq.cs:line 42
        ^(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]+)@(?:[a-z0-9-]+)$

        # JSON
        {"model":"gpt-5-mini","max_tokens":4096,"temperature":0.2,"stream":true,"messages":[{"role":"user","content":"hi"}]}
        {"usage":{"prompt_tokens":123,"completion_tokens":456,"total_tokens":579,"cached_tokens":0}}
        {"type":"function","function":{"name":"lookup","parameters":{"type":"object","properties":{"id":{"type":"string"}}}}}
        {"arguments":"{\"city\":\"Vienna\",\"days\":3,\"at\":\"2024-01-15T10:30:00Z\"}"}
        {"embedding":[0.0123456789012345,-0.9876543210987654,1.5e-7]}
        {"next_page":null,"tokenizer":"o200k","token_count":17,"password_policy":"strong"}
        """;

    /// <summary>Base64 images, hex dumps and numbers by the kilobyte.</summary>
    public static IReadOnlyList<string> Large { get; } =
    [
        "data:image/png;base64," + Convert.ToBase64String(Bytes(64 * 1024)),
        "{\"image_url\":{\"url\":\"data:image/jpeg;base64," + Convert.ToBase64String(Bytes(48 * 1024)) + "\"}}",
        Convert.ToHexStringLower(Bytes(16 * 1024)),
        string.Join(' ', Bytes(4 * 1024).Select(value => value.ToString("x2", null))),
        "{\"embedding\":" + JsonSerializer.Serialize(Vector(1536)) + "}",
    ];

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static double[] Vector(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 2) - 1)];
    }
}
