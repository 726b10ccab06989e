using System.Text.Json.Nodes;
using Google.Protobuf;
using SpanRelay.Local.Host;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Otlp;

/// <summary>Writes OTLP JSON by way of Google's formatter: its JSON, but for enums (as integers) and ids (as hex).</summary>
internal static class OtlpJsonText
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatEnumsAsIntegers(true));

    public static string Of(ExportTraceServiceRequest request)
    {
        var json = JsonNode.Parse(Formatter.Format(request))!;
        WriteIdsAsHex(json);
        return json.ToJsonString();
    }

    private static void WriteIdsAsHex(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var element in array)
                WriteIdsAsHex(element);
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (name is "traceId" or "spanId" or "parentSpanId")
                    members[name] = Convert.ToHexStringLower(Convert.FromBase64String((string)value!));
                else
                    WriteIdsAsHex(value);
            }
        }
    }
}
