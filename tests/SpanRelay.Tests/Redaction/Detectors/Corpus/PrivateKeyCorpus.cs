namespace SpanRelay.Tests.Redaction.Detectors.Corpus;

internal static class PrivateKeyCorpus
{
    public const string Found =
        """
        «-----BEGIN‹› PRIVATE KEY-----⏎‹b64›⏎‹b64›⏎‹b20›==⏎-----END‹› PRIVATE KEY-----»
        «-----BEGIN‹› RSA PRIVATE KEY-----⏎‹b64›⏎‹b64›⏎‹b20›==⏎-----END‹› RSA PRIVATE KEY-----»
        «-----BEGIN‹› EC PRIVATE KEY-----⏎‹b64›⏎-----END‹› EC PRIVATE KEY-----»
        «-----BEGIN‹› DSA PRIVATE KEY-----⏎‹b64›⏎-----END‹› DSA PRIVATE KEY-----»
        «-----BEGIN‹› OPENSSH PRIVATE KEY-----⏎‹b70›⏎‹b70›⏎-----END‹› OPENSSH PRIVATE KEY-----»
        «-----BEGIN‹› ENCRYPTED PRIVATE KEY-----⏎‹b64›⏎-----END‹› ENCRYPTED PRIVATE KEY-----»
        «-----BEGIN‹› PGP PRIVATE KEY BLOCK-----⏎⏎‹b64›⏎=‹b4›⏎-----END‹› PGP PRIVATE KEY BLOCK-----»
        «-----BEGIN‹› PGP PRIVATE KEY BLOCK-----⏎Version: 1⏎⏎‹b64›⏎-----END‹› PGP PRIVATE KEY BLOCK-----»
        «-----BEGIN‹› RSA PRIVATE KEY-----⏎Proc-Type: 4,ENCRYPTED⏎DEK-Info: AES-128-CBC,‹u32›⏎⏎‹b64›⏎-----END‹› RSA PRIVATE KEY-----»
        «---- BEGIN‹› SSH2 ENCRYPTED PRIVATE KEY ----⏎Comment: x⏎‹b64›⏎---- END‹› SSH2 ENCRYPTED PRIVATE KEY ----»
        «-----BEGIN‹› ED25519 PRIVATE KEY-----⏎‹b64›⏎-----END‹› ED25519 PRIVATE KEY-----»
        my key: «-----BEGIN‹› PRIVATE KEY-----⏎‹b64›⏎-----END‹› PRIVATE KEY-----», keep it
        a⏎«-----BEGIN‹› PRIVATE KEY-----⏎‹b64›⏎-----END‹› PRIVATE KEY-----»⏎b

        # line breaks as two characters, in JSON and twice escaped
        «-----BEGIN‹› PRIVATE KEY-----\n‹b64›\n‹b64›\n-----END‹› PRIVATE KEY-----»\n
        "«-----BEGIN‹› PRIVATE KEY-----\n‹b64›\n-----END‹› PRIVATE KEY-----»\n"
        {"private_key":"«-----BEGIN‹› PRIVATE KEY-----\n‹b64›\n-----END‹› PRIVATE KEY-----»\n","x":1}
        \"«-----BEGIN‹› PRIVATE KEY-----\\n‹b64›\\n-----END‹› PRIVATE KEY-----»\\n\"
        «-----BEGIN‹› PRIVATE KEY-----\r\n‹b64›\r\n-----END‹› PRIVATE KEY-----»\r\n
        «-----BEGIN‹› PRIVATE KEY-----\n‹a30›\/‹a30›\u002B‹a2›\n-----END‹› PRIVATE KEY-----»
        \t«-----BEGIN‹› PRIVATE KEY-----\n‹b64›\n-----END‹› PRIVATE KEY-----»
        «-----BEGIN‹› PRIVATE KEY----- ‹b64› ‹b64› -----END‹› PRIVATE KEY-----»
        «-----BEGIN‹› PRIVATE KEY-----‹b128›-----END‹› PRIVATE KEY-----»

        # in source code
        "«-----BEGIN‹› PRIVATE KEY-----\n" + "‹b64›\n" + "-----END‹› PRIVATE KEY-----»\n";
        ["«-----BEGIN‹› PRIVATE KEY-----","‹b64›","‹b64›","-----END‹› PRIVATE KEY-----»"]
        > «-----BEGIN‹› PRIVATE KEY-----⏎> ‹b64›⏎> -----END‹› PRIVATE KEY-----»

        # cut off
        «-----BEGIN‹› PRIVATE KEY-----⏎‹b64›⏎‹b30›»
        «-----BEGIN‹› PRIVATE KEY-----\n‹b64›\n‹b30›»
        «-----BEGIN‹› RSA PRIVATE KEY-----⏎‹b10›»
        {"key":"«-----BEGIN‹› PRIVATE KEY-----\n‹b64›\n‹b10›»","other":"kept"}
        {"a":"{\"key\":\"«-----BEGIN‹› PRIVATE KEY-----\\n‹b64›»\",\"b\":1}"}
        {"key":"«-----BEGIN‹› PRIVATE KEY-----\nMIIE»"}
        "«-----BEGIN‹› PRIVATE KEY-----\n" + "‹b64›\n" + "‹b30›»

        # two
        «-----BEGIN‹› PRIVATE KEY-----⏎‹b64›⏎-----END‹› PRIVATE KEY-----»⏎«-----BEGIN‹› EC PRIVATE KEY-----⏎‹b64›⏎-----END‹› EC PRIVATE KEY-----»
        """;

    public const string NotFound =
        """
        PRIVATE KEY
        this is a PRIVATE KEY of mine
        NO PRIVATE KEY FOUND
        BEGIN PRIVATE KEY
        a -----BEGIN‹› PRIVATE KEY----- line and an -----END PRIVATE KEY----- line
        the file must start with "-----BEGIN‹› PRIVATE KEY-----"
        the file must start with -----BEGIN‹› RSA PRIVATE KEY-----.
        expected -----BEGIN‹› EC PRIVATE KEY----- but got something else
        -----BEGIN‹› PRIVATE KEY-----
        -----BEGIN‹› PRIVATE KEY-----⏎
        -----BEGIN‹› PRIVATE KEY-----\n
        -----BEGIN‹› PRIVATE KEY-----⏎...⏎-----END PRIVATE KEY-----
        -----BEGIN‹› PRIVATE KEY-----⏎<your key>⏎-----END PRIVATE KEY-----
        -----END PRIVATE KEY-----
        ‹b64›⏎-----END PRIVATE KEY-----
        -----BEGIN PUBLIC KEY-----⏎‹b64›⏎-----END PUBLIC KEY-----
        -----BEGIN RSA PUBLIC KEY-----⏎‹b64›⏎-----END RSA PUBLIC KEY-----
        -----BEGIN CERTIFICATE-----⏎‹b64›⏎-----END CERTIFICATE-----
        -----BEGIN CERTIFICATE REQUEST-----⏎‹b64›⏎-----END CERTIFICATE REQUEST-----
        -----BEGIN PGP MESSAGE-----⏎⏎‹b64›⏎-----END PGP MESSAGE-----
        -----BEGIN PGP PUBLIC KEY BLOCK-----⏎⏎‹b64›⏎-----END PGP PUBLIC KEY BLOCK-----
        -----BEGIN PGP SIGNATURE-----⏎⏎‹b64›⏎-----END PGP SIGNATURE-----
        -----BEGIN DH PARAMETERS-----⏎‹b64›⏎-----END DH PARAMETERS-----
        -----BEGIN X509 CRL-----⏎‹b64›⏎-----END X509 CRL-----
        ---- BEGIN SSH2 PUBLIC KEY ----⏎‹b64›⏎---- END SSH2 PUBLIC KEY ----
        ssh-rsa ‹b200› ada@host
        private key: none
        -----begin private key-----⏎‹b64›⏎-----end private key-----
        ==== BEGIN PRIVATE KEY ====⏎‹b64›
        // ---------- PRIVATE KEYS ----------
        regex: /-----BEGIN [A-Z ]*PRIVATE KEY-----/
        THE PRIVATE KEY-RING OF THE HOUSE
        """;
}
