using System.Text.Json.Serialization;

namespace SpanRelay.Functions.Invocations;

[JsonSerializable(typeof(InvocationReply))]
[JsonSerializable(typeof(long[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class InvocationJson : JsonSerializerContext;
