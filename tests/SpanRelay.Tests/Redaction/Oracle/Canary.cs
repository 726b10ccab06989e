using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>
/// Texts to plant, that nothing but a leak brings into an output. One form has a shape that a pattern finds, wherever it stands;
/// the other is only protected by the name it is given.
/// </summary>
internal static partial class Canary
{
    private const string Name = "kanarie";

    private static readonly byte[][] Forms = [.. FormsOf(Name)];

    /// <summary>Finds shaped canaries.</summary>
    public static RedactionPattern Pattern { get; } =
        new("canary", new Regex("kanarie-[0-9]{12}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), "[bird]");

    public static string Shaped(int id) => string.Create(CultureInfo.InvariantCulture, $"{Name}-{id:d12}");

    public static string InProse(int id) => $"see {Shaped(id)}, please";

    /// <summary>Without a shape.</summary>
    public static string Plain(int id) => string.Create(CultureInfo.InvariantCulture, $"{Name}{id}");

    public static RedactionOptions Watched(RedactionOptions options) => options with { Policy = options.Policy with { Patterns = [Pattern, .. options.Policy.Patterns] } };

    /// <summary>Whether any canary is in there: as text, or as base64 or hexadecimal of it.</summary>
    public static bool IsIn(ReadOnlySpan<byte> output) => IsIn(output, Forms);

    /// <summary>Whether this text is in there: as it is, or as base64 or hexadecimal of it.</summary>
    public static bool IsIn(ReadOnlySpan<byte> output, string text) => IsIn(output, FormsOf(text));

    /// <summary>
    /// Whether a canary that kept its shape is in a text of the output. Ids and numbers are not texts, and neither are bytes that are
    /// not UTF-8: what a mutation moved there is never searched. (A text may even read as unknown numbers, one after the other.)
    /// </summary>
    public static bool IsInTextsOf(ReadOnlySpan<byte> output)
    {
        if (output.IndexOf("kanarie-"u8) < 0 || !Shape().IsMatch(Encoding.Latin1.GetString(output)))
            return false;

        var whole = ExportTraceServiceRequest.Parser.ParseFrom(output);
        if (!KnownFields.AndUnknownNumbers(whole).Equals(whole))
            return true;

        var request = ExportTraceServiceRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(output);
        foreach (var span in request.Spans())
        {
            span.TraceId = span.SpanId = span.ParentSpanId = ByteString.Empty;
            (span.Kind, span.StartTimeUnixNano) = (default, 0); // The tag of either reads as one more digit of the name before it.
            foreach (var link in span.Links)
            {
                link.TraceId = link.SpanId = ByteString.Empty;
                link.Flags = 0; // So does this one's.
            }
        }

        foreach (var value in EveryValue.Of(request).Where(value => value.HasBytesValue && !Utf8.IsValid(value.BytesValue.Span)))
            value.ClearValue();
        return Shape().IsMatch(Encoding.Latin1.GetString(request.ToByteArray()));
    }

    private static bool IsIn(ReadOnlySpan<byte> output, IEnumerable<byte[]> forms)
    {
        foreach (var form in forms)
        {
            if (output.IndexOf(form) >= 0)
                return true;
        }

        return false;
    }

    private static IEnumerable<byte[]> FormsOf(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        yield return bytes;
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(bytes));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));

        // What base64 makes of it whole groups of three bytes in, whatever stands before.
        for (var skipped = 0; skipped < 3; skipped++)
            yield return Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes.AsSpan(skipped, (bytes.Length - skipped) / 3 * 3)));
    }

    [GeneratedRegex("kanarie-[0-9]{12}")]
    private static partial Regex Shape();
}
