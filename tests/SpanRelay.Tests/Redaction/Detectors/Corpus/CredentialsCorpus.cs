using SpanRelay.Local.EventHub;

namespace SpanRelay.Tests.Redaction.Detectors.Corpus;

internal static class CredentialsCorpus
{
    public const string Found =
        """
        # OpenAI and those that took its prefix over
        OPENAI_API_KEY=«s‹›k-‹a20›T3BlbkFJ‹a20›»
        the key is «s‹›k-proj-‹w74›T3BlbkFJ‹w74›», keep it
        "«s‹›k-svcacct-‹w120›»"
        «s‹›k-‹h32›» of DeepSeek
        router: «s‹›k-or-v1-‹h64›»
        proxy: «s‹›k-‹w22›»
        «s‹›k-admin-‹w60›»

        # Anthropic
        ANTHROPIC_API_KEY=«s‹›k-ant-api03-‹w93›AA»
        x-api-key: «s‹›k-ant-admin01-‹w93›AA»
        (token «s‹›k-ant-oat01-‹w80›»)

        # Hugging Face
        HF_TOKEN="«h‹›f_‹a34›»"
        «h‹›f_‹l34›»
        git clone https://user:«h‹›f_‹a37›»@huggingface.co/org/model

        # Groq, xAI, Perplexity, NVIDIA, LangSmith
        «g‹›sk_‹a52›» «g‹›sk_‹a52›»
        «x‹›ai-‹a80›»
        key=«p‹›plx-‹a48›»
        «n‹›vapi-‹w64›»
        «l‹›sv2_pt_‹h32›_‹h10›» and «l‹›sv2_sk_‹h32›_‹h10›»

        # Google
        https://maps.example.com/api?key=«A‹›IzaSy‹w33›»&q=1
        {"apiUrl":"https://x.example.com?key=«A‹›IzaSy‹w33›»"}
        Authorization: «y‹›a29.‹w60›»
        «y‹›a29.a0Af‹w160›»
        «y‹›a29.c.‹w40›.‹w20›» of a service account
        client_secret «G‹›OCSPX-‹w28›»

        # AWS
        «A‹›KIA‹u16›»
        aws_access_key_id = «A‹›SIA‹u16›»,
        line one\n«A‹›KIA‹u16›»\tnext
        x\u0026AWSAccessKeyId=«A‹›KIA‹u16›»\u0026y
        %20«A‹›BIA‹u16›» or «A‹›CCA‹u16›».
        aws_secret_access_key=«‹b40›»
        AWS_SECRET_ACCESS_KEY: "«‹b40›»"
        export AWS_SECRET_ACCESS_KEY='«‹b40›»'
        secretAccessKey => «‹a40›»
        <SecretAccessKey>«‹a40›»</SecretAccessKey>
        \"secretAccessKey\": \"«‹a20›\/‹a19›»\"
        aws.secret-access-key=«‹a39›/»
        aws_secret_key = «‹a40›»

        # Azure
        DefaultEndpointsProtocol=https;AccountName=demo;AccountKey=«‹b86›==»;EndpointSuffix=core.windows.net
        Endpoint=sb://demo.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=«‹b43›=»;EntityPath=spans
        accountkey=«‹b86›==»
        AccountKey\u003d«‹a40›\u002B‹a20›\/‹a24›\u003d\u003d»
        https://demo.blob.core.windows.net/c?sv=2024-08-04&se=2030-01-01&sr=c&sp=r&sig=«‹a20›%2B‹a20›%3D»
        https:\/\/demo.blob.core.windows.net\/c?sv=2024-08-04\u0026sig=«‹a20›%2F‹a22›%3D»\u0026se=2030
        SharedAccessSignature sr=demo&sig=«‹a43›%3d»&se=1893456000&skn=send
        sig\u003d«‹a43›%3D»

        # Dynatrace
        Api-Token «d‹›t0c01.‹u24›.‹u64›»
        {"token-of-it":"«d‹›t0s16.‹u8›.‹u64›»"}
        \t«d‹›t0e02.‹u20›.‹u64›»

        # GitHub and GitLab
        «g‹›hp_‹a36›»
        token=«g‹›ho_‹a36›»; «g‹›hu_‹a36›»
        https://x-access-token:«g‹›hs_‹a36›»@github.com/org/repo.git
        «g‹›hr_‹a76›»
        «g‹›hs_‹d6›_‹w60›.‹w200›.‹w86›»
        GH_TOKEN=«g‹›ithub_pat_‹a22›_‹a59›»
        (see «g‹›hp_‹a36›»).
        PRIVATE-TOKEN: «g‹›lpat-‹w20›»
        «g‹›lpat-‹w27›.01.‹h9›»
        «g‹›ldt-‹w20›» «g‹›lrt-‹w20›» «g‹›lptt-‹h40›» «g‹›lcbt-64_‹w20›»
        SIE-«g‹›lpat-‹w20›»

        # Slack
        «x‹›oxb-‹d12›-‹d12›-‹a24›»
        «x‹›oxp-‹d11›-‹d11›-‹d12›-‹h32›»
        «x‹›oxa-2-‹d12›-‹a24›» «x‹›oxr-‹d12›-‹a24›»
        «x‹›app-1-A‹u10›-‹d13›-‹h64›»
        https://hooks.slack.com/services/«T‹u8›/B‹u8›/‹a24›»
        https:\/\/hooks.slack.com\/services\/«T‹u8›\/B‹u8›\/‹a24›»
        https://hooks.slack.com/workflows/«T‹u8›/A‹u8›/‹d18›/‹a24›»

        # Stripe and npm
        «s‹›k_live_‹a24›» and «s‹›k_test_‹a99›»
        STRIPE=«r‹›k_live_‹a24›»
        «r‹›k_test_‹a24›»
        «w‹›hsec_‹a32›»
        webhook: «w‹›hsec_‹a30›/‹a8›+=»
        //registry.npmjs.org/:_authToken=«n‹›pm_‹a36›»
        «n‹›pm_‹a36›»⏎«p‹›ypi-AgEIcHlwaS5vcmc‹w80›»

        # more LLM providers
        «r8_‹a37›» «fw_‹a24›9a8b7c» «tgp_v1_‹w43›»
        «csk-‹a48›» «jina_‹w60›» «pcsk_‹a60›» «tvly-‹w32›1234»

        # clouds and platforms
        «ABSK‹a132›» «LTAI5t‹a16›1a2B» «dop_v1_‹h64›»
        «doo_v1_‹h64›» «dor_v1_‹h64›» «dapi‹h32›» «sbp_‹h40›» «pul-‹h40›» «dckr_pat_‹w27›»

        # monitoring
        «glsa_‹a32›_‹h8›» «glc_‹a80›» «sntrys_‹a70›» «sntryu_‹h64›» «NRAK-‹u27›» «NRII-‹a32›» «NRJS-‹h19›» «phc_‹a43›» «phx_‹a43›»

        # secret stores
        «hvs.‹a90›1aB2» «hvb.‹a90›1aB2» «ops_eyJ‹a150›» «AGE-SECRET-KEY-1‹u58›»

        # mail, payment, shops, tools
        «SG.‹a22›.‹a43›» «xkeysib-‹h64›-‹a16›» «shpat_‹h32›» «shpss_‹h32›» «shpca_‹h32›» «EAAAE‹a59›1aB2» «sq0csp-‹w43›»
        «lin_api_‹a40›» «ntn_‹a46›» «figd_‹a43›» «PMAK-‹h24›-‹h34›» «ATATT3‹a180›»

        # glued to a word or a terminal's color
        token«g‹›hp_‹a36›» x«A‹›KIA‹u12›7Q2W» xAIza‹a20›
        \u001b[31m«s‹›k-‹a30›1aB2» \u001b[0m«g‹›hp_‹a36›» id«g‹›lpat-‹w18›1a» x«d‹›t0c01.‹u24›.‹u64›»
        """;

    public const string NotFound =
        """
        sk-learn-pipeline-with-standard-scaler
        the sk-SK locale and the sk-folding-cube-loading-spinner of the style sheet
        sk-1234
        s‹›k-‹a10›
        risk-adjusted-returns-of-the-portfolio-2024
        task-‹h32›
        hf_transfer and hf_hub_download_with_retries_and_resume
        h‹›f_‹a20›
        half_‹a34›
        gsk_‹a12›
        xai-grok-beta
        pplx-api
        nvapi-docs
        lsv2_pt_
        AIzaSy‹a20›
        ya29.
        ya29.short
        GOCSPX-your-client-secret
        AKIA
        AKIAIOSFODNN7
        A‹›KIA‹u20›
        a‹›kia‹u16›
        ASIAPACIFIC
        A‹›KIA‹u15›_
        aws_secret_access_key=
        aws_secret_access_key=<your secret access key here, forty characters>
        secretAccessKey is a field of forty characters from letters, digits, slash and plus
        secret_access_key: ${AWS_SECRET_ACCESS_KEY}
        monkey=‹a40›
        account_key_rotation_days=90
        SharedAccessKeyName=RootManageSharedAccessKeyPolicyOfTheNamespace
        AccountKey=***
        AccountKey=${STORAGE_ACCOUNT_KEY}
        the sig= parameter
        sig=inspect.signature(function)
        sig=ComputeSignatureForRequestAsync(request)
        design=‹a44›
        dt0c01
        d‹›t0c01.‹u24›
        d‹›t0c01.‹u24›.‹u40›
        d‹›t0c01.‹u6›.‹u64›
        ghp_
        g‹›hp_‹a20›
        ghp_some-file-name-that-is-rather-long-but-no-token.txt
        github_pat_
        github_pattern_matching_with_several_words
        glpat-
        glpat-your-personal-access-token-here
        glrt-runner-token-goes-in-here-please
        xoxb-your-bot-token
        xoxb-not-a-token-but-a-word-with-hyphens
        xapp-
        https://hooks.slack.com/services/
        https://slack.com/services/T00000000/B00000000/documentation
        sk_live_
        sk_test_key
        pk_live_‹a24›
        whsec_
        npm_config_registry
        npm_package_dependencies_typescript_version
        snapshot_key_of_the_blob_storage
        pypi-AgE

        # near misses of providers' prefixes
        r8_model fw_update tgp_v1_short csk-1 jina_embeddings pcsk_x tvly-client ABSKette LTAIR dop_v1_x dapi_client dapifunction hvs.example.com
        NRAK-short SG.example.com AGE-SECRET-KEY-1SHORT pul-request shpat_x sbp_bank glsa_x glc_x figd_x ntn_x PMAK-x sq0csp-x
        xr8_‹a37› ask-‹a40›
        """;
}
