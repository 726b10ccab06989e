using System.Text;
using SpanRelay.Redaction.Detectors;

namespace SpanRelay.Tests.Redaction.Detectors;

/// <summary>A secret is known by its name in every notation, and what only sounds like one stays.</summary>
public class NamedSecretTests(ITestOutputHelper output)
{
    private static readonly string[] Names =
    [
        "password", "DB_PASSWORD", "db.password", "userPassword", "admin-password", "PGPASSWORD", "passwd", "MYSQL_PWD", "passphrase", "smtp_pass", "token", "access_token",
        "refreshToken", "slack-bot-token", "GITHUB_TOKEN", "X-Auth-Token", "sas_token", "id_token", "secret", "client_secret", "clientSecret", "AWS_SECRET_ACCESS_KEY",
        "webhook-secret", "api_key", "apiKey", "APIKey", "X-Api-Key", "OPENAI_API_KEY", "openai_key", "AccountKey", "SharedAccessKey", "private_key", "encryption-key",
        "Ocp-Apim-Subscription-Key", "x-functions-key", "PASSWORD_PROD", "api_key_2", "credentials", "jwt", "session_token",
    ];

    /// <summary>№ is the name, § the value. What a form puts around the two must stay.</summary>
    private static readonly string[] Forms =
    [
        "№=§", "№: §", "export №=§", "export №=\"§\"", "set №=§", "№ = §", "№='§'", "№: '§'", "№ : \"§\"", "Host: a\r\n№: §\r\nAccept: */*", "GET /a?x=1&№=§&y=2 HTTP/1.1",
        "https://example.com/cb?№=§#top", "grant_type=x&№=§", "Server=db;User Id=app;№=§;Encrypt=true", "Endpoint=sb://a/;№=§", "<№>§</№>", "<a:№ type=\"x\">§</a:№>",
        "<user №=\"§\" id=\"1\"/>", "{'user': 'ada', '№': '§', 'n': 1}", "{\"user\": \"ada\", \"№\": \"§\"}", "{№: \"§\", n: 1}", "{№: '§'}", "config = {'№': '§'}",
        "2024-01-15 INFO request {\"user\":\"ada\",\"№\":\"§\"}", "{\"name\": \"№\", \"value\": \"§\"}", "{\"value\": \"§\", \"name\": \"№\"}", "<add key=\"№\" value=\"§\" />",
        "- name: №\n  value: §", "<key>№</key>\n<string>§</string>", "<param name=\"№\">§</param>", "data: {\"№\": \"§\"}\n\n", "event: x\ndata: №=§\n", "[db]\n№ = §\nport = 1",
        "db:\n  №: §\n  port: 1", "№ = \"§\"", "tool --№ § --verbose", "tool --№=§", "tool -№ §", "headers[\"№\"] = \"§\"", "$config['№'] = '§';", "'№' => '§',", ":№ => \"§\"", "№ := \"§\"",
        "const №: string = \"§\";", "№: str = '§'", "client.setHeader(\"№\", \"§\")", "[[\"№\", \"§1x\"]]", "{\"line\": \"x\\n№=§\\ny\"}", "{\"a\": \"{\\\"№\\\": \\\"§\\\"}\"}",
        "redirect=https%3A%2F%2Fexample.com%3F№%3D§%26x%3D1", "\u001b[31m№=§\u001b[0m", "user=ada, №=§, n=1", "user=ada №=§ n=1", "(№=§)", "curl -H '№: §' https://example.com",
        "&quot;№&quot;:&quot;§&quot;", "%22№%22%3A%22§%22", "&lt;№&gt;§&lt;/№&gt;", "№=\\\"§\\\"", "ENV №=§ X=1", "map[№:§ n:1]", "{№=§, n=1}", "a|№=§|b=1", "№:§", "\"№\" = \"§\"", "let № = `§`;",
        "<![CDATA[№=§]]>", "<№><![CDATA[§]]></№>", "ab №\t=\t§", "'№': b'§'", "№=§;", "№=§", "-----\n№: §\n-----",
    ];

    private static readonly string[] Values = ["hunter2", "kanarie7xyz", "S3cr3t!Pa$$w0rd", "Zx81kQpL0vTn3rYw", "correct-horse-battery", "0f8fad5bd9cb469fa165", "abc/def+ghi=="];

    public static TheoryData<string> Ordinary => [.. NearMisses.Split('\n').Select(line => line.Replace('⏎', '\n'))];

    [Fact]
    public void EveryFormOfEveryNameIsFound()
    {
        var missed = new List<string>();
        var tried = 0;
        foreach (var form in Forms)
        {
            foreach (var name in Names)
            {
                foreach (var value in Values)
                {
                    tried++;
                    var text = form.Replace("№", name, StringComparison.Ordinal).Replace("§", value, StringComparison.Ordinal);
                    var redacted = Finding.DefaultRedactor.Redact(text);
                    if (redacted.Contains(value[..5], StringComparison.Ordinal) || redacted.Contains(value[^5..], StringComparison.Ordinal))
                        missed.Add($"{text.ReplaceLineEndings("⏎")}  →  {redacted.ReplaceLineEndings("⏎")}");
                }
            }
        }

        output.WriteLine($"{Forms.Length} forms, {Names.Length} names, {Values.Length} values: {tried - missed.Count} of {tried} found.");
        Assert.True(missed.Count == 0, $"{missed.Count} of {tried} missed:\n{string.Join('\n', missed.Take(400))}");
    }

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Ordinary))]
    public void WhatOnlySoundsLikeASecretStays(string text) => Assert.Equal(text, Finding.DefaultRedactor.Redact(text));

    private const string NearMisses =
        """
        max_tokens=100
        max_tokens: 4096, next_token: abcdef
        {"next_token":"eyJuZXh0IjoxfQ","pageToken":"p2","nextPageToken":"CAIQAA"}
        test.pass=true
        {"pass": true}
        {"pass": 12, "fail": 0}
        pass: 12, fail: 3
        pass=true
        key: value
        key=value
        {"key": "value"}
        cache_key=user:123:profile
        cacheKey: orders-2024-eu
        {"cache_key":"tenant/42/models","primary_key":"id","partitionKey":"p1","sort_key":"s1","routing-key":"orders.created"}
        foreign_key=customer_id
        publicKey=abcdef123
        idempotency_key: 8c1f0d7e2b
        {"token":"Hello","logprob":-0.31,"bytes":[72,101,108]}
        {"logprob":-0.31,"token":" the"}
        {"top_logprobs":[{"token":"Hello","logprob":-0.1,"bytes":null}]}
        {"prompt_tokens":12,"completion_tokens":7,"total_tokens":19,"cached_tokens":0}
        token_count=12
        tokens: 12
        token_type=Bearer
        tokenizer: o200k_base
        token_endpoint=https://login.example.com/token
        eos_token=<|endoftext|>
        eos_token: "</s>", pad_token: "<pad>"
        stop_token=END
        Unexpected token: expired
        Unexpected token '<', "<!DOCTYPE "... is not valid JSON
        SyntaxError: Unexpected token } in JSON at position 5
        Password: must be at least eight characters long
        Password: required
        the password is wrong, the token is expired
        invalid token: expected string
        password_policy=strong
        passwordLength=12
        password_hint_shown: true
        password=${DB_PASSWORD}
        password: ${{ secrets.DB_PASSWORD }}
        apiKey: process.env.OPENAI_API_KEY,
        api_key = os.environ["OPENAI_API_KEY"]
        token = get_token(user)
        var token = await GetTokenAsync(cancellationToken);
        password: string;
        def login(user: str, password: str) -> None:
        public void Login(string user, string password)
        if (token == null) throw new ArgumentNullException(nameof(token));
        token: CancellationToken
        secret: my.config.value()
        password=********
        password=[REDACTED]
        password: <password>
        token=<your-token>
        api_key=%s
        credentials: include
        credentials: "same-origin"
        authorization: required
        compass: north
        bypass=true
        monkey=banana
        keyboard: us
        turkey: istanbul
        author: ada
        secretary=ada
        passenger: ada
        passed=12 failed=0
        has_password=true
        use_token: false
        "properties": {"password": {"type": "string"}}
        {"required":["password","email"]}
        {"name":"password","type":"string"}
        <input type="password" name="password"/>
        <label for="password">Password</label>
        secrets "my-app-tls" not found
        kubectl get secret db-credentials -o yaml
        std::string token;
        Token::new()
        https://example.com/login?next=/home&code=200
        https://example.com/docs#password
        https://example.com:8080/a?page_token=2
        git clone git@github.com:org/repo.git
        ssh://git@github.com/org/repo.git
        docker run -p 8080:80 -u 1000:1000 nginx
        mkdir -p /var/lib/token
        Set-Cookie is a header
        cookie_policy=strict
        key_id=abc123
        secret_name=db
        keys: 12
        Cache-Control: no-cache
        Authorization header is missing
        """;

    [Theory]
    [MemberData(nameof(Replacements))]
    public void AReplacementIsNoName(string replacement)
    {
        Assert.Equal($"({replacement}:HU79149899263591510728", Finding.DefaultRedactor.Redact($"({replacement}:HU79149899263591510728"));
        Assert.Equal($"[email]{replacement}:HU79149899263591510728", Finding.DefaultRedactor.Redact($"[email]{replacement}:HU79149899263591510728"));
        Assert.Equal($"\\u0020{replacement}:HU79149899263591510728", Finding.DefaultRedactor.Redact($"\\u0020{replacement}:HU79149899263591510728"));
        Assert.Equal($"a\\n{replacement}:HU79149899263591510728", Finding.DefaultRedactor.Redact($"a\\n{replacement}:HU79149899263591510728"));
    }

    [Theory]
    [InlineData("user[credentials]=HU79149899263591510728", "user[credentials]=[secret]")]
    [InlineData("user[login][secret]=HU79149899263591510728", "user[login][secret]=[secret]")]
    [InlineData("[password]: HU79149899263591510728", "[password]: [secret]")]
    public void AnIndexIsAName(string text, string redacted) => Assert.Equal(redacted, Finding.DefaultRedactor.Redact(text));

    public static TheoryData<string> Replacements => [.. DetectorCatalog.All.Select(detector => detector.DefaultReplacement)];
}
