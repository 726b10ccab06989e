using System.Diagnostics;
using System.Text;
using SpanRelay.Redaction;
using SpanRelay.Redaction.Detectors;

namespace SpanRelay.Tests.Redaction.Detectors;

// By itself: what runs beside it would be measured too.
[CollectionDefinition(nameof(LinearTimeTests), DisableParallelization = true)]
[Collection(nameof(LinearTimeTests))]
public class LinearTimeTests
{
    private const int SmallText = 4 * 1024;
    private const int Times = 16;

    private static readonly TextRedactor AllDetectors = Finding.Redactor(DetectorCatalog.All);

    [Theory]
    [MemberData(nameof(Hostile))]
    public void TimeIsLinearWhateverIsRepeated(string repeated)
    {
        var small = Repeat(repeated, SmallText);
        var large = Repeat(repeated, SmallText * Times);

        // Short runs and the best of many, since other work may share the processor. Quadratic time would be 256 times as much.
        var ratio = double.MaxValue;
        for (var tries = 0; tries < 20 && ratio > Times * 3; tries++)
            ratio = Best(large) / Best(small);

        Assert.True(ratio <= Times * 3, $"{ratio} times the time for {Times} times the text");
    }

    public static TheoryData<string> Hostile() =>
    [
        "a", "0", "-", "\\", "\"", "{", "[", ":", "@", ".", " ", "\0", "\\\"", "\\\\\"", "\\u0022", "%", "=", "+",
        "eyJ", "eyJ.", "eyJ-", "-eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.", "eyJhbGciOiJIUzI1NiJ9..", "sk-", "sk-a", "s-sk-aaaaaaaaaaaaaaaaaaaaaaaaa-",
        "Bearer ", "bearer a", "basic ", "Basic dXNl", "PRIVATE KEY", "-----BEGIN " + "PRIVATE KEY-----", "-----BEGIN " + "PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAA", "-----BEGIN " + "PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAA\"", "-----BEGIN " + "PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAA\"token\":[-----END " + "PRIVATE KEY-----", "END ",
        "a@", "@a.", "a.", "a@b.", "ada@example.com", "%40", "4945807302157365", "4945 ", "4945-8073-", "123-45-", "DE11", "DE11 5223 ",
        "\"token\":", "{\"token\":", "{\"token\":[", "{\"token\":\"", "{\"token\":\"a", "\\\"token\\\":", "\"token\":\\\"", "\"\\u0022token\\u0022:\\u0022", "\"2\":\"2",
        "AKIA", "sig=", "sig=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\u002B", "AccountKey=", "s_key", "s-key=\\", "dt0c01.AAAAAAAA.", "hooks.slack.com/s/",
        "+1", "+1-", "1.", "1.2.3.4.", "1:", "::", "a::1 ", "\\u002B1",
    ];

    private static double Best(byte[] text) => Enumerable.Range(0, 5).Min(_ => Time(text));

    private static double Time(byte[] text)
    {
        var start = Stopwatch.GetTimestamp();
        AllDetectors.Redact(text);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static byte[] Repeat(string piece, int length)
    {
        var bytes = Encoding.UTF8.GetBytes(piece);
        var text = new byte[length];
        for (var i = 0; i < length; i++)
            text[i] = bytes[i % bytes.Length];
        text[0] = (byte)'{';
        return text;
    }
}
