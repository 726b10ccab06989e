using System.Text.Json.Serialization;

namespace SpanRelay.Functions.Replay;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ReplayCall))]
[JsonSerializable(typeof(ReplayAnswer))]
[JsonSerializable(typeof(ReplayError))]
internal sealed partial class ReplayJson : JsonSerializerContext;
