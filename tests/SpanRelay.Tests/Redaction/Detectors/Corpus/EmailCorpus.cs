namespace SpanRelay.Tests.Redaction.Detectors.Corpus;

internal static class EmailCorpus
{
    public const string Found =
        """
        «ada@example.com»
        «ada.lovelace+notes@mail.example.co.uk»
        mail to «ada@example.com».
        <«ada@example.com»>, "«grace@example.org»"; 'who' '«linus@example.net»'
        mailto:«ada@example.com»?subject=x
        («ada@example.com»)
        {"email":"«ada@example.com»"}
        \n«ada@example.com»\n
        \t«ada@example.com»\r
        \u003c«ada@example.com»\u003e
        «ada\u002Bnotes@example.com»
        ?email=«ada%40example.com»&x
        email%3D«ada%40example.com»%26
        to%20«ada@example.com»
        &lt;«ada@example.com»&gt;
        «a@b.io»
        «A.B.C@EXAMPLE.COM»
        «first_last@sub.sub2.example.museum»
        «o'brien@example.ie»
        «x-y-z@ex-ample.com»
        «jörg.müller@bücher.example»
        «юзер@пример.рф»
        «j\u00F6rg.m\u00fcller@b\u00fccher.example»
        \"«\\u044E\\u0437\\u0435\\u0440@\\u043F\\u0440.\\u0440\\u0444»\"
        «user@xn--bcher-kva.example»
        «user@example.xn--p1ai»
        «12345@example.com»
        «ada@example.com»,«grace@example.org»
        ada:«ada@example.com»;grace:«grace@example.org»
        …«ada@example.com»…
        „«ada@example.com»“
        联系«ada@example.com»。
        https://«user@example.com»/path
        postgres:‹›//app:«hunter@db.example.com»:5432/x
        wait...«ada@example.com»
        «ada@163.com»
        «ada@example.com»_
        «user@host.example.com»:8080
        [«ada@example.com»](mailto:«ada@example.com»)
        """;

    public const string NotFound =
        """
        @
        @example.com
        ada@
        ada@example
        ada@localhost
        ada @example.com
        ada@ example.com
        ada at example.com
        @app.route("/index")
        @types/node@20.1.0
        lodash@4.17.21
        react@18.3.0-canary.abc
        icon@2x.png
        sprite@3x.webp
        vue@next.js
        package@1.0-beta.rc
        image@sha256:0123456789abcdef
        user@-example.com
        ada@example.c
        ada@example.123
        ada@example..com
        ada@.example.com
        git rev-parse HEAD@{1}
        main@{upstream}
        java.lang.Object@1b2c3d4e
        $@ $* @@ @@@
        @@ -1,5 +1,6 @@
        5 apples @ 0.99 each
        100%40
        50% of 40
        %40example.com
        a[@href='x']
        @media (max-width: 40em)
        #!@%&
        ???@example.com
        x = y @ z.T
        """;
}
