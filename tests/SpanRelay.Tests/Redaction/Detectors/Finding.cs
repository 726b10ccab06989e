using System.Text;
using SpanRelay.Buffers;
using SpanRelay.Redaction;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Tests.Redaction.Detectors;

internal static class Finding
{
    /// <summary>The detectors that are on by default, with the replacements that they have by default.</summary>
    public static TextRedactor DefaultRedactor { get; } = Redactor(DetectorCatalog.All.Where(detector => detector.OnByDefault));

    public static Detector Detector(string name) => DetectorCatalog.All.Single(detector => detector.Name == name);

    public static List<Hit> FindAll(this Detector detector, byte[] text)
    {
        var hits = new List<Hit>();
        for (var from = 0; detector.TryFind(text, from, out var hit); from = hit.End)
        {
            Assert.True(hit.Start >= from && hit.Length > 0 && hit.End <= text.Length, $"{detector.Name}: {hit} from {from} in {text.Length}");
            hits.Add(hit);
        }

        return hits;
    }

    public static TextRedactor Redactor(IEnumerable<Detector> detectors) =>
        new(detectors.Select(detector => (detector, detector.DefaultReplacement)));

    /// <returns>The redacted text; the text itself when nothing was found.</returns>
    public static byte[] Redact(this TextRedactor redactor, byte[] text)
    {
        using var output = new PooledBuffer();
        var found = redactor.TryRedact(text, output, new int[DetectorCatalog.All.Count]);
        Assert.True(found || output.Length == 0, "Nothing found, but something written.");
        return found ? output.WrittenSpan.ToArray() : text;
    }

    public static string Redact(this TextRedactor redactor, string text) =>
        Encoding.UTF8.GetString(redactor.Redact(Encoding.UTF8.GetBytes(text)));
}
