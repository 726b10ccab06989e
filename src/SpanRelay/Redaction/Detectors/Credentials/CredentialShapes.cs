using static SpanRelay.Redaction.Detectors.Scanning.Alphabet;

namespace SpanRelay.Redaction.Detectors.Credentials;

/// <summary>The kinds of credentials that have a shape, as their issuers document it.</summary>
internal static class CredentialShapes
{
    public static readonly CredentialShape[] All =
    [
        // OpenAI, Anthropic, OpenRouter, LiteLLM, DeepSeek and others: sk-, sk-proj-, sk-svcacct-, sk-ant-, sk-or-v1-
        new PrefixedToken("sk-", Base64Url, shortest: 20) { MustLookRandom = true },
        new PrefixedToken("hf_", Alphanumeric, shortest: 30), // Hugging Face
        new PrefixedToken("gsk_", Alphanumeric, shortest: 40, anchorOffset: 1), // Groq
        new PrefixedToken("xai-", Alphanumeric, shortest: 40, anchorOffset: 1), // xAI
        new PrefixedToken("pplx-", Alphanumeric, shortest: 40, anchorOffset: 2), // Perplexity
        new PrefixedToken("nvapi-", Base64Url, shortest: 50, anchorOffset: 3), // NVIDIA
        new PrefixedToken("lsv2_", Word, shortest: 32, anchorOffset: 2), // LangSmith

        new PrefixedToken("AIza", Base64Url, shortest: 35), // Google API key
        new PrefixedToken("ya29.", Base64Url, shortest: 20) { Tail = DottedBase64Url }, // Google OAuth access token
        new PrefixedToken("ya29.c.", Base64Url, shortest: 20) { Tail = DottedBase64Url }, // the same, of a service account
        new PrefixedToken("GOCSPX-", Base64Url, shortest: 28, anchorOffset: 4), // Google OAuth client secret

        new PrefixedToken("AKIA", UpperAndDigits, shortest: 16) { HasFixedLength = true }, // AWS access key ids
        new PrefixedToken("ASIA", UpperAndDigits, shortest: 16) { HasFixedLength = true },
        new PrefixedToken("ABIA", UpperAndDigits, shortest: 16) { HasFixedLength = true },
        new PrefixedToken("ACCA", UpperAndDigits, shortest: 16) { HasFixedLength = true },

        // AccountKey, SharedAccessKey, secretAccessKey; secret_access_key; aws_secret_key
        new NamedKey("tke"), new NamedKey("ske"), new NamedKey("s_k"), new NamedKey("s-k"), new NamedKey("t_k"), new NamedKey("t-k"),
        new SasSignature("ig="), new SasSignature("ig\\"),

        new DynatraceTokenShape(),

        new PrefixedToken("ghp_", Word, shortest: 36, anchorOffset: 1) { Tail = DottedBase64Url }, // GitHub; newer tokens carry a JWT behind the prefix
        new PrefixedToken("gho_", Word, shortest: 36, anchorOffset: 1) { Tail = DottedBase64Url },
        new PrefixedToken("ghu_", Word, shortest: 36, anchorOffset: 1) { Tail = DottedBase64Url },
        new PrefixedToken("ghs_", Word, shortest: 36, anchorOffset: 1) { Tail = DottedBase64Url },
        new PrefixedToken("ghr_", Word, shortest: 36, anchorOffset: 1) { Tail = DottedBase64Url },
        new PrefixedToken("github_pat_", Word, shortest: 60, anchorOffset: 8),

        GitLab("glpat-"), GitLab("gloas-"), GitLab("gldt-"), GitLab("glrt-"), GitLab("glrtr-"), GitLab("glcbt-"), GitLab("glptt-"),
        GitLab("glft-"), GitLab("glimt-"), GitLab("glagent-"), GitLab("glsoat-"), GitLab("glffct-"), GitLab("glwt-"),

        Slack("xoxb-"), Slack("xoxp-"), Slack("xoxa-"), Slack("xoxr-"), Slack("xoxs-"), Slack("xoxo-"), Slack("xoxe-"), Slack("xapp-"),
        new SlackWebhook(),

        new PrefixedToken("sk_live_", Alphanumeric, shortest: 16), // Stripe
        new PrefixedToken("sk_test_", Alphanumeric, shortest: 16),
        new PrefixedToken("rk_live_", Alphanumeric, shortest: 16),
        new PrefixedToken("rk_test_", Alphanumeric, shortest: 16),
        new PrefixedToken("whsec_", Base64, shortest: 24, anchorOffset: 3),

        new PrefixedToken("npm_", Alphanumeric, shortest: 36, anchorOffset: 1),
        new PrefixedToken("pypi-AgE", Base64Url, shortest: 50, anchorOffset: 3),
    ];

    private static PrefixedToken GitLab(string prefix) =>
        new(prefix, Base64Url, shortest: 20, anchorOffset: prefix.Length - 3) { Tail = DottedBase64Url, MustLookRandom = true };

    private static PrefixedToken Slack(string prefix) =>
        new(prefix, Base64Url, shortest: 20, anchorOffset: prefix.Length - 3) { MustLookRandom = true };
}
