using System.Text;
using System.Text.Json;
using CsCheck;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Tests.Redaction.Detectors.Corpus;

namespace SpanRelay.Tests.Redaction.Detectors;

/// <summary>Generates texts with and without something to redact.</summary>
internal static class AnyText
{
    /// <summary>Texts that are one hit each, without what stands around them in the corpus.</summary>
    public static readonly (Detector Detector, string Text)[] Planted =
    [
        .. from detector in DetectorCatalog.All
           where detector.OnByDefault && detector.Name != "namedSecret"
           from text in Corpora.Found(detector)
           where StandsAlone(detector, text)
           select (detector, Encoding.UTF8.GetString(text.Bytes, text.Hits[0].Start, text.Hits[0].Length)),
    ];

    public static readonly (Detector Detector, string Text)[] PlantedWithoutEscapes = [.. Planted.Where(planted => !planted.Text.Contains('\\', StringComparison.Ordinal))];

    /// <summary>Bytes that mean something to some detector, so that random texts come near to hits.</summary>
    private static readonly string[] Pieces =
    [
        "\"", "\\", "{", "}", "[", "]", ":", ",", " ", "\n", "\\n", "\\\"", "\\u0022", "\\u002B", "\\/", "%40", "%20", "@", ".", "-", "_", "=", "+", "/",
        "eyJ", "Bearer ", "Basic ", "-----BEGIN ", "-----END ", "PRIVATE KEY", "-----", "password", "token", "\"token\":", "\\\"token\\\":", "\"secret\":{",
        "sk-", "gh" + "p_", "AKIA", "sig=", "AccountKey=", "DE11", "4945 8073 0215 7365", "123-45-6789", "::", "+49", "1.2.3.4", "ada@example.com",
        "a", "Zz9", "0123456789", "ä", "€", "😀", "null", "true", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    ];

    public static readonly Gen<byte[]> NearHits = OneOf(Pieces).Array[0, 40].Select(pieces => Encoding.UTF8.GetBytes(string.Concat(pieces)));

    public static readonly Gen<string> Prose = OneOf(
        "", "the ", "quick ", "brown fox, ", "jumps over 12 ", "lazy dogs. ", "Straße ", "日本語 ", "😀 ", "(see below) ", "value ", "is:\n", "x = y; ").Array[0, 12].Select(string.Concat);

    public static readonly Gen<string> Left = OneOf(" ", "\n", "\t", "\"", "'", "=", ":", "(", "<", ",", "> ", "”", "。", "\\n", "\\t", "\\r\\n", "\\u0020", "%20", "");

    public static readonly Gen<string> Right = OneOf(" ", "\n", "\t", "\"", "'", ")", ">", ",", "; ", "”", "。", "\\n", "\\t", "\\u0026", "");

    /// <summary>Well-formed JSON, also in strings of it, with hits in strings, names and numbers.</summary>
    public static Gen<string> Json { get; } = JsonOf(Scalar);

    /// <summary>The same, where strings may also hold what is nearly JSON and nearly a hit.</summary>
    public static Gen<string> HostileJson { get; } = JsonOf(Gen.OneOf(Scalar, NearHits.Select(text => (object)Encoding.UTF8.GetString(text))));

    /// <summary>Prose with a few hits in it.</summary>
    public static Gen<string> WithHits =>
        Gen.Select(Prose, Left, OneOf(Planted), Right).Select((prose, left, planted, right) => prose + left + planted.Text + right).Array[0, 5].Select(string.Concat);

    public static Gen<T> OneOf<T>(params T[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);

    private static Gen<string> Key => OneOf("a", "token", "password", "x y", "ada@example.com", "api_key", "ä\"\\", "4945807302157365");

    private static Gen<object> Scalar => Gen.OneOf(
        OneOf(Planted).Select(planted => (object)planted.Text),
        WithHits.Select(text => (object)text),
        OneOf<object>(true, 12, 4945807302157365, 0.5, "", "text"));

    private static Gen<string> JsonOf(Gen<object> scalar) => Gen.Recursive<object>((depth, nested) => depth > 3
        ? scalar
        : Gen.Frequency(
            (3, scalar),
            (1, nested.Array[0, 3].Select(items => (object)items)),
            (2, Gen.Select(Key, nested).Array[0, 3].Select(members => (object)members.DistinctBy(member => member.Item1).ToDictionary(member => member.Item1, member => member.Item2))),
            (1, nested.Select(value => (object)JsonSerializer.Serialize(value))))).Select(value => JsonSerializer.Serialize(value));

    /// <summary>Values known by their name are found only behind it, so they are not planted; nor is a key that is cut off, which takes all that follows.</summary>
    private static bool StandsAlone(Detector detector, LabelledText text) =>
        detector.FindAll(Encoding.UTF8.GetBytes(Inside(text))) is [{ Start: 0 } hit] && hit.Length == text.Hits[0].Length
        && (detector.Name != "privateKey" || Inside(text).Contains("END", StringComparison.Ordinal));

    private static string Inside(LabelledText text) => Encoding.UTF8.GetString(text.Bytes, text.Hits[0].Start, text.Hits[0].Length);
}
