namespace SpanRelay.Tests.Redaction.Detectors.Corpus;

internal static class IPv6Corpus
{
    public const string Found =
        """
        «2001:db8::1»
        «2001:0db8:0000:0000:0000:0000:0000:0001»
        «2001:db8:1:2:3:4:5:6»
        «::1»
        «fe80::1»
        «fe80::1ff:fe23:4567:890a»
        «ff02::2»
        «::ffff:192.0.2.1»
        «64:ff9b::192.0.2.33»
        «2001:DB8::A1»
        [«2001:db8::1»]:443
        http://[«2001:db8::1»]/
        from «2001:db8::1».
        from «2001:db8::1», to «2001:db8::2»
        «2001:db8::»/32
        "«2001:db8::1»"
        {"ip":"«2001:db8::1»"}
        \n«2001:db8::1»\n
        \u0020«2001:db8::1»
        («2001:db8::1»)
        ip=«2001:db8::1»&x
        «2001:db8::1»%eth0
        «2001:db8:85a3::8a2e:370:7334»
        «2001:db8::1» «2001:db8::2»
        «fd12:3456:789a:1::1»
        «1:2:3:4:5:6:7:8»
        «2606:4700:4700::1111»
        地址«2001:db8::1»。
        <«2001:db8::1»>
        the hosts «2001:db8::a» and «2001:db8::b»
        «2001:db8::1»: unreachable
        """;

    public const string NotFound =
        """
        ::
        a::b
        be::ef
        std::vector
        Foo::Bar::baz
        crate::x1
        10:30
        10:30:00
        10:30:00:12
        00:1a:2b:3c:4d:5e
        2024-01-15T10:30:00
        1:2:3:4:5:6:7
        1:2:3:4:5:6:7:8:9
        2001:db8:::1
        2001::db8::1
        12345::1
        g001::1
        x2001:db8::1
        2001:db8::1x
        2001:db8::12345
        {"a":1,"b":2}
        {"ab":12,"cd":34}
        sha256:0123456789abcdef
        a:1 b:2
        key:value:other
        C:\temp
        http://example.com:8080
        urn:uuid:123e4567-e89b-12d3-a456-426614174000
        12:34:56.789
        :1:
        ::g
        localhost:8080:80
        """;
}
