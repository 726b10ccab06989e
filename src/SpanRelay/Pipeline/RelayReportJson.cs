using System.Text.Json.Serialization;

namespace SpanRelay.Pipeline;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RelayReport))]
internal sealed partial class RelayReportJson : JsonSerializerContext;
