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
        new PrefixedToken("1//0", Base64Url, shortest: 40), // Google OAuth refresh token
        new PrefixedToken("AQ.Ab", Base64Url, shortest: 40, anchorOffset: 1), // Gemini

        new PrefixedToken("AKIA", UpperAndDigits, shortest: 16) { HasFixedLength = true }, // AWS access key ids
        new PrefixedToken("ASIA", UpperAndDigits, shortest: 16) { HasFixedLength = true },
        new PrefixedToken("ABIA", UpperAndDigits, shortest: 16) { HasFixedLength = true },
        new PrefixedToken("ACCA", UpperAndDigits, shortest: 16) { HasFixedLength = true },
        new PrefixedToken("A3T", UpperAndDigits, shortest: 17) { HasFixedLength = true },
        new PrefixedToken("bedrock-api-key-", Base64, shortest: 60, anchorOffset: 13), // Amazon Bedrock, for some hours

        // Azure, which marks its keys in their middle: storage, Batch, Cosmos DB, Service Bus, Functions, API Management, AI services, DevOps
        new InfixedToken("+ASt", Base64, before: 76, after: 8), new InfixedToken("+ABa", Base64, before: 76, after: 8), new InfixedToken("ACDb", Base64, before: 76, after: 8),
        new InfixedToken("+ASb", Base64, before: 33, after: 7), new InfixedToken("+AEh", Base64, before: 33, after: 7), new InfixedToken("+ARm", Base64, before: 33, after: 7),
        new InfixedToken("AzFu", Base64Url, before: 44, after: 8), new InfixedToken("APIM", Base64Url, before: 52, after: 20), new InfixedToken("AzSe", Alphanumeric, before: 42, after: 6),
        new InfixedToken("JQQJ99", Alphanumeric, before: 52, after: 25), new InfixedToken("AZDO", Alphanumeric, before: 76, after: 4),
        .. Enumerable.Range(0, 10).Select(digit => new InfixedToken($"{digit}Q~", EntraSecret, before: 3, after: 31) { MostBefore = 3 }), // Entra client secrets

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

        new PrefixedToken("npm_", Word, shortest: 36, anchorOffset: 1) { MustLookRandom = true },
        new PrefixedToken("pypi-AgE", Base64Url, shortest: 50, anchorOffset: 3),
        new PrefixedToken("oy2", Alphanumeric, shortest: 43) { HasFixedLength = true, MustLookRandom = true }, // NuGet
        new PrefixedToken("rubygems_", Alphanumeric, shortest: 48, anchorOffset: 1),
        new PrefixedToken("cio", Alphanumeric, shortest: 32) { HasFixedLength = true, MustLookRandom = true }, // crates.io
        new PrefixedToken("CLOJARS_", Alphanumeric, shortest: 60, anchorOffset: 2),
        new PrefixedToken("dckr_oat_", Base64Url, shortest: 27, anchorOffset: 2), // Docker, of an organization
        new PrefixedToken("AKCp", Alphanumeric, shortest: 69), // JFrog Artifactory
        new PrefixedToken("cmVmdGtu", Alphanumeric, shortest: 56, anchorOffset: 2),
        new PrefixedToken("pnu_", Alphanumeric, shortest: 36, anchorOffset: 1), // Prefect
        new PrefixedToken("rdme_", Alphanumeric, shortest: 70, anchorOffset: 2), // ReadMe

        // LLM providers and tools
        new PrefixedToken("sk_", Alphanumeric, shortest: 40) { MustLookRandom = true }, // ElevenLabs and others
        new PrefixedToken("api_org_", Alphanumeric, shortest: 34, anchorOffset: 4), // Hugging Face, of an organization
        new PrefixedToken("pa-", Base64Url, shortest: 43) { MustLookRandom = true }, // Voyage
        new PrefixedToken("llx-", Alphanumeric, shortest: 40, anchorOffset: 1), // LlamaCloud
        new PrefixedToken("fc-", Alphanumeric, shortest: 32) { MustLookRandom = true }, // Firecrawl
        new PrefixedToken("e2b_", Alphanumeric, shortest: 40, anchorOffset: 1),
        new PrefixedToken("ls__", Alphanumeric, shortest: 32), // LangSmith, older
        new PrefixedToken("wandb_v1_", Word, shortest: 40, anchorOffset: 6), // Weights & Biases
        new PrefixedToken("esecret_", Alphanumeric, shortest: 24, anchorOffset: 5) { MustLookRandom = true }, // Anyscale
        new PrefixedToken("fpk_", Alphanumeric, shortest: 20, anchorOffset: 1) { MustLookRandom = true }, // Fireworks, of a project

        // clouds and platforms
        new PrefixedToken("AKID", Alphanumeric, shortest: 32) { MustLookRandom = true }, // Tencent Cloud
        new PrefixedToken("AKLT", Base64Url, shortest: 43), // Volcano Engine
        new PrefixedToken("AQVN", Base64Url, shortest: 35), // Yandex Cloud
        new PrefixedToken("v1.0-", Base64Url, shortest: 100, anchorOffset: 2), // Cloudflare origin CA keys
        new PrefixedToken("HRKU-AA", Base64Url, shortest: 40, anchorOffset: 3), // Heroku
        new PrefixedToken("vercel_blob_rw_", Word, shortest: 30, anchorOffset: 12), // Vercel
        new PrefixedToken("vcp_", Alphanumeric, shortest: 40, anchorOffset: 1), new PrefixedToken("vck_", Alphanumeric, shortest: 40, anchorOffset: 1),
        new PrefixedToken("nfp_", Word, shortest: 36, anchorOffset: 1), // Netlify
        new PrefixedToken("fo1_", Base64Url, shortest: 40, anchorOffset: 1), // Fly.io
        new PrefixedToken("fm2_", Base64, shortest: 80, anchorOffset: 1), new PrefixedToken("fm1r_", Base64, shortest: 80, anchorOffset: 2),
        new PrefixedToken("rnd_", Alphanumeric, shortest: 28, anchorOffset: 1) { MustLookRandom = true }, // Render
        new PrefixedToken("sb_secret_", Base64Url, shortest: 24, anchorOffset: 7) { MustLookRandom = true }, // Supabase
        new PrefixedToken("pscale_pw_", Base64Url, shortest: 32, anchorOffset: 6), new PrefixedToken("pscale_oauth_", Base64Url, shortest: 32, anchorOffset: 8), // PlanetScale
        new PrefixedToken("napi_", Alphanumeric, shortest: 40, anchorOffset: 2), // Neon
        new PrefixedToken("AVNS_", Base64Url, shortest: 17, anchorOffset: 2), // Aiven
        new PrefixedToken("CCDB1_", Word, shortest: 40, anchorOffset: 3), // CockroachDB
        new PrefixedToken("mdb_sa_sk_", Base64Url, shortest: 40, anchorOffset: 6), // MongoDB Atlas
        new PrefixedToken("tskey-", Base64Url, shortest: 20, anchorOffset: 3) { MustLookRandom = true }, // Tailscale

        // secret stores and infrastructure
        new PrefixedToken("hvr.", Base64Url, shortest: 24, anchorOffset: 1) { MustLookRandom = true }, // HashiCorp Vault
        new PrefixedToken("A3-", UpperDigitsAndHyphens, shortest: 30) { MustLookRandom = true }, // 1Password secret keys
        new InfixedToken(".atlasv1.", Alphanumeric, before: 14, after: 60) { MostBefore = 14, After = Base64Url }, // Terraform Cloud
        new PrefixedToken("dp.pt.", DottedBase64Url, shortest: 40, anchorOffset: 3), new PrefixedToken("dp.st.", DottedBase64Url, shortest: 40, anchorOffset: 3), // Doppler
        new PrefixedToken("dp.sa.", DottedBase64Url, shortest: 40, anchorOffset: 3), new PrefixedToken("dp.ct.", DottedBase64Url, shortest: 40, anchorOffset: 3),
        new PrefixedToken("dp.scim.", DottedBase64Url, shortest: 40, anchorOffset: 4), new PrefixedToken("dp.audit.", DottedBase64Url, shortest: 40, anchorOffset: 4),

        // code hosts and builds
        new PrefixedToken("GR1348941", Base64Url, shortest: 20, anchorOffset: 2), // GitLab runners, older
        new PrefixedToken("ATCTT3", Base64Url, shortest: 100, anchorOffset: 3) { Tail = DottedBase64Url }, new PrefixedToken("ATBB", Alphanumeric, shortest: 32), // Bitbucket
        new PrefixedToken("CCIPAT_", Word, shortest: 40, anchorOffset: 3), new PrefixedToken("CCIPRJ_", Word, shortest: 40, anchorOffset: 3), // CircleCI
        new PrefixedToken("bkua_", Alphanumeric, shortest: 40, anchorOffset: 2), // Buildkite
        new PrefixedToken("squ_", Alphanumeric, shortest: 40, anchorOffset: 1), new PrefixedToken("sqp_", Alphanumeric, shortest: 40, anchorOffset: 1), // SonarQube
        new PrefixedToken("sqa_", Alphanumeric, shortest: 40, anchorOffset: 1),
        new PrefixedToken("sgp_", Word, shortest: 40, anchorOffset: 1), // Sourcegraph

        // monitoring
        new PrefixedToken("eyJrIjoi", Base64, shortest: 60, anchorOffset: 4), // Grafana, older
        new PrefixedToken("NRRA-", Alphanumeric, shortest: 30, anchorOffset: 2), new InfixedToken("NRAL", Alphanumeric, before: 36, after: 0) { MostBefore = 36 }, // New Relic
        new PrefixedToken("hcaik_", Alphanumeric, shortest: 50, anchorOffset: 3), new PrefixedToken("hcalk_", Alphanumeric, shortest: 50, anchorOffset: 3), // Honeycomb
        new PrefixedToken("xaat-", Base64Url, shortest: 36, anchorOffset: 2), new PrefixedToken("xapt-", Base64Url, shortest: 36, anchorOffset: 2), // Axiom
        new PrefixedToken("essu_", Base64, shortest: 40, anchorOffset: 2), // Elastic

        // chat
        new InfixedToken(":AA", Base64Url, before: 8, after: 33) { MostBefore = 10, Before = Digits }, // Telegram bots
        .. DiscordToken.All,
        new PrefixedToken("discord.com/api/webhooks/", UrlPath, shortest: 60, anchorOffset: 22), new PrefixedToken("discordapp.com/api/webhooks/", UrlPath, shortest: 60, anchorOffset: 25),
        new PrefixedToken("webhook.office.com/webhookb2/", WebhookPath, shortest: 80, anchorOffset: 26), // Teams
        Slack("xoxc-"), Slack("xoxd-"),

        // mail, payment, tools
        new PrefixedToken("key-", Alphanumeric, shortest: 32) { MustLookRandom = true, HasFixedLength = true }, // Mailgun
        new InfixedToken("-us", Alphanumeric, before: 32, after: 1) { MostBefore = 32, After = Digits }, // Mailchimp
        new PrefixedToken("md-", Base64Url, shortest: 22) { MustLookRandom = true, HasFixedLength = true }, // Mandrill
        new PrefixedToken("xsmtpsib-", Base64Url, shortest: 64, anchorOffset: 3), // Brevo
        new PrefixedToken("re_", Word, shortest: 30) { MustLookRandom = true }, // Resend
        new PrefixedToken("EAAAl", Base64Url, shortest: 59, anchorOffset: 2) { MustLookRandom = true }, new PrefixedToken("sq0atp-", Base64Url, shortest: 22, anchorOffset: 4), // Square
        new PrefixedToken("access_token$", BraintreeToken, shortest: 40, anchorOffset: 10), // PayPal Braintree
        new PrefixedToken("rzp_live_", Alphanumeric, shortest: 14, anchorOffset: 6), new PrefixedToken("rzp_test_", Alphanumeric, shortest: 14, anchorOffset: 6), // Razorpay
        new PrefixedToken("FLWSECK", Base64Url, shortest: 20, anchorOffset: 4), // Flutterwave
        new PrefixedToken("shppa_", Alphanumeric, shortest: 32, anchorOffset: 2), // Shopify
        new PrefixedToken("access-sandbox-", Base64Url, shortest: 36, anchorOffset: 12), new PrefixedToken("access-production-", Base64Url, shortest: 36, anchorOffset: 15), // Plaid
        new PrefixedToken("EZAK", Alphanumeric, shortest: 54), new PrefixedToken("EZTK", Alphanumeric, shortest: 54), // EasyPost
        new PrefixedToken("shippo_live_", Alphanumeric, shortest: 40, anchorOffset: 9), new PrefixedToken("shippo_test_", Alphanumeric, shortest: 40, anchorOffset: 9), // Shippo
        new PrefixedToken("dG9rO", Base64, shortest: 50) { MustLookRandom = true }, // Intercom
        new PrefixedToken("pat-", Base64Url, shortest: 36) { MustLookRandom = true }, // HubSpot
        new PrefixedToken("pat", AirtableToken, shortest: 79) { MustLookRandom = true }, // Airtable
        new PrefixedToken("secret_", Alphanumeric, shortest: 43, anchorOffset: 4), // Notion, older
        new PrefixedToken("tfp_", Base64Url, shortest: 40, anchorOffset: 1), // Typeform
        new PrefixedToken("CFPAT-", Base64Url, shortest: 43, anchorOffset: 3), // Contentful
        new PrefixedToken("sl.", Base64Url, shortest: 100), // Dropbox
        new PrefixedToken("sdk-", Base64Url, shortest: 36) { MustLookRandom = true, HasFixedLength = true }, // LaunchDarkly
        new PrefixedToken("EAA", Alphanumeric, shortest: 100) { MustLookRandom = true }, // Meta
    ];

    private static PrefixedToken GitLab(string prefix) =>
        new(prefix, Base64Url, shortest: 20, anchorOffset: prefix.Length - 3) { Tail = DottedBase64Url, MustLookRandom = true };

    private static PrefixedToken Slack(string prefix) =>
        new(prefix, Base64Url, shortest: 20, anchorOffset: prefix.Length - 3) { MustLookRandom = true };
}
