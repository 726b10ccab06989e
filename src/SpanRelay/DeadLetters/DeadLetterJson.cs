using System.Text.Json.Serialization;

namespace SpanRelay.DeadLetters;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    WriteIndented = true)]
[JsonSerializable(typeof(DeadLetter))]
[JsonSerializable(typeof(DeadLetterRecord))]
internal sealed partial class DeadLetterJson : JsonSerializerContext;
