using System.Text;
using CsCheck;
using Google.Protobuf;
using SpanRelay.Local.Faults;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Otlp;

/// <summary>Generates exports in every dialect and encoding, wrapped and compressed in any order.</summary>
internal static class AnyForm
{
    private static readonly (string Name, Func<ExportTraceServiceRequest, byte[]> Write)[] Encodings =
    [
        ("protobuf", request => request.ToByteArray()),
        ("old protobuf", OldProtobuf),
        ("JSON", request => Utf8(OtlpJsonText.Of(request))),
        ("JSON lines", request => Utf8(string.Join('\n', Parts(request).Select(OtlpJsonText.Of)) + "\n")),
        ("JSON array", request => Utf8($"[{string.Join(',', Parts(request).Select(OtlpJsonText.Of))}]")),
        ("old JSON", request => Utf8(Old(OtlpJsonText.Of(request)))),
        ("UTF-16 LE", request => Wrapped.Utf16(OtlpJsonText.Of(request), isBigEndian: false, hasMark: true)),
        ("UTF-16 BE", request => Wrapped.Utf16(OtlpJsonText.Of(request), isBigEndian: true, hasMark: false)),
    ];

    private static readonly (string Name, Func<byte[], byte[]> Write)[] Wrappings =
    [
        ("gzip", Wrapped.Gzip),
        ("zlib", Wrapped.Zlib),
        ("zstd", Wrapped.Zstd),
        ("deflate", Wrapped.Deflate),
        ("base64", Wrapped.Base64),
        ("base64 lines", Wrapped.Base64Lines),
        ("base64url", Wrapped.Base64Url),
        ("gRPC", bytes => Wrapped.Grpc(bytes)),
        ("compressed gRPC", bytes => Wrapped.Grpc(Wrapped.Gzip(bytes), isCompressed: true)),
        ("length", Wrapped.LengthDelimited),
        ("schema id", bytes => Wrapped.SchemaId(bytes)),
        ("schema id and index", bytes => Wrapped.SchemaId(bytes, 2, 0)),
        ("CloudEvent", bytes => Utf8(Wrapped.CloudEvent($"\"data_base64\":\"{Convert.ToBase64String(bytes)}\""))),
        ("envelope", bytes => Utf8(Wrapped.ConnectEnvelope($"\"{Convert.ToBase64String(bytes)}\""))),
    ];

    /// <summary>Requests with at least one span.</summary>
    public static Gen<ExportTraceServiceRequest> Requests { get; } = AnyRequest.Requests.Where(request => request.Spans().Any());

    /// <summary>A request, its bytes in some form, and the form's name.</summary>
    public static Gen<(ExportTraceServiceRequest Request, byte[] Body, string Form)> All { get; } =
        Gen.Select(Requests, Gen.Int[0, Encodings.Length - 1], Gen.Int[0, Wrappings.Length - 1].Array[0, 4]).Select((request, encoding, wrappings) =>
        {
            var form = Encodings[encoding].Name;
            var body = Encodings[encoding].Write(request);
            foreach (var wrapping in wrappings)
            {
                body = Wrappings[wrapping].Write(body);
                form = $"{Wrappings[wrapping].Name} of {form}";
            }

            return (request, body, form);
        });

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static IEnumerable<ExportTraceServiceRequest> Parts(ExportTraceServiceRequest request) =>
        request.ResourceSpans.Select(resource => new ExportTraceServiceRequest { ResourceSpans = { resource } });

    private static byte[] OldProtobuf(ExportTraceServiceRequest request) =>
    [
        .. request.ResourceSpans.SelectMany(resource =>
        {
            var without = new ResourceSpans(resource);
            without.ScopeSpans.Clear();
            return SampleExport.Field(1, [.. without.ToByteArray(), .. resource.ScopeSpans.SelectMany(scope => SampleExport.Field(1000, scope.ToByteArray()))]);
        }),
    ];

    private static string Old(string json) =>
        json.Replace("\"scopeSpans\":", "\"instrumentationLibrarySpans\":", StringComparison.Ordinal).Replace("\"scope\":", "\"instrumentationLibrary\":", StringComparison.Ordinal);
}
