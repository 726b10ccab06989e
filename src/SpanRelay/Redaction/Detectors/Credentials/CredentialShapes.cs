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

        new PrefixedToken("r8_", Alphanumeric, shortest: 37), // Replicate
        new PrefixedToken("fw_", Alphanumeric, shortest: 20) { MustLookRandom = true }, // Fireworks
        new PrefixedToken("tgp_v1_", Base64Url, shortest: 40, anchorOffset: 4), // Together
        new PrefixedToken("csk-", Alphanumeric, shortest: 40, anchorOffset: 1), // Cerebras
        new PrefixedToken("jina_", Base64Url, shortest: 40, anchorOffset: 2), // Jina
        new PrefixedToken("pcsk_", Word, shortest: 40, anchorOffset: 2), // Pinecone
        new PrefixedToken("tvly-", Base64Url, shortest: 28, anchorOffset: 2) { MustLookRandom = true }, // Tavily
        new PrefixedToken("ABSK", Base64, shortest: 100), // Amazon Bedrock API keys
        new PrefixedToken("LTAI", Alphanumeric, shortest: 16) { MustLookRandom = true }, // Alibaba Cloud
        new PrefixedToken("dop_v1_", Alphanumeric, shortest: 64, anchorOffset: 4), // DigitalOcean
        new PrefixedToken("doo_v1_", Alphanumeric, shortest: 64, anchorOffset: 4),
        new PrefixedToken("dor_v1_", Alphanumeric, shortest: 64, anchorOffset: 4),
        new PrefixedToken("glsa_", Word, shortest: 40, anchorOffset: 2), // Grafana service accounts
        new PrefixedToken("glc_", Base64, shortest: 40, anchorOffset: 1), // Grafana Cloud
        new PrefixedToken("sntrys_", Base64Url, shortest: 60, anchorOffset: 4) { Tail = DottedBase64Url }, // Sentry
        new PrefixedToken("sntryu_", Alphanumeric, shortest: 64, anchorOffset: 4),
        new PrefixedToken("NRAK-", UpperAndDigits, shortest: 27, anchorOffset: 2), // New Relic
        new PrefixedToken("NRII-", Base64Url, shortest: 32, anchorOffset: 2),
        new PrefixedToken("NRJS-", Alphanumeric, shortest: 19, anchorOffset: 2),
        new PrefixedToken("hvs.", Base64Url, shortest: 24, anchorOffset: 1) { MustLookRandom = true }, // HashiCorp Vault
        new PrefixedToken("hvb.", Base64Url, shortest: 24, anchorOffset: 1) { MustLookRandom = true },
        new PrefixedToken("ops_eyJ", Base64Url, shortest: 100, anchorOffset: 1), // 1Password service accounts
        new PrefixedToken("AGE-SECRET-KEY-1", UpperAndDigits, shortest: 58, anchorOffset: 4),
        new PrefixedToken("pul-", Alphanumeric, shortest: 40, anchorOffset: 1), // Pulumi
        new PrefixedToken("dckr_pat_", Base64Url, shortest: 27, anchorOffset: 2), // Docker
        new PrefixedToken("SG.", DottedBase64Url, shortest: 60), // SendGrid
        new PrefixedToken("xkeysib-", Base64Url, shortest: 64, anchorOffset: 3), // Brevo
        new PrefixedToken("shpat_", Alphanumeric, shortest: 32, anchorOffset: 2), // Shopify
        new PrefixedToken("shpss_", Alphanumeric, shortest: 32, anchorOffset: 2),
        new PrefixedToken("shpca_", Alphanumeric, shortest: 32, anchorOffset: 2),
        new PrefixedToken("EAAAE", Base64Url, shortest: 59, anchorOffset: 2) { MustLookRandom = true }, // Square
        new PrefixedToken("sq0csp-", Base64Url, shortest: 43, anchorOffset: 4),
        new PrefixedToken("sbp_", Alphanumeric, shortest: 40, anchorOffset: 1), // Supabase
        new PrefixedToken("dapi", Alphanumeric, shortest: 32) { MustLookRandom = true }, // Databricks
        new PrefixedToken("lin_api_", Alphanumeric, shortest: 40, anchorOffset: 5), // Linear
        new PrefixedToken("ntn_", Alphanumeric, shortest: 40, anchorOffset: 1), // Notion
        new PrefixedToken("figd_", Base64Url, shortest: 40, anchorOffset: 2), // Figma
        new PrefixedToken("PMAK-", Base64Url, shortest: 50, anchorOffset: 2), // Postman
        new PrefixedToken("ATATT3", Base64Url, shortest: 100, anchorOffset: 3) { Tail = DottedBase64Url }, // Atlassian
        new PrefixedToken("pscale_tkn_", Base64Url, shortest: 32, anchorOffset: 7), // PlanetScale
        new PrefixedToken("phc_", Alphanumeric, shortest: 40, anchorOffset: 1), // PostHog
        new PrefixedToken("phx_", Alphanumeric, shortest: 40, anchorOffset: 1),

        new PrefixedToken("npm_", Alphanumeric, shortest: 36, anchorOffset: 1),
        new PrefixedToken("pypi-AgE", Base64Url, shortest: 50, anchorOffset: 3),
    ];

    private static PrefixedToken GitLab(string prefix) =>
        new(prefix, Base64Url, shortest: 20, anchorOffset: prefix.Length - 3) { Tail = DottedBase64Url, MustLookRandom = true };

    private static PrefixedToken Slack(string prefix) =>
        new(prefix, Base64Url, shortest: 20, anchorOffset: prefix.Length - 3) { MustLookRandom = true };
}
