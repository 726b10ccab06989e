using System.Globalization;
using System.Text.Json;
using Azure.Storage.Queues.Models;
using Google.Protobuf;
using SpanRelay.Local.Host.Functions;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host.Queues;

/// <summary>A queue message as the host sends it to the worker: the decoded body as bytes, and its properties as metadata.</summary>
internal static class QueueInvocation
{
    public static InvocationRequest Create(QueueMessage message, FunctionDefinition definition)
    {
        var request = new InvocationRequest { InvocationId = Guid.NewGuid().ToString(), FunctionId = definition.Id, TraceContext = new RpcTraceContext() };
        var body = UnsafeByteOperations.UnsafeWrap(message.Body.ToMemory());
        request.InputData.Add(new ParameterBinding { Name = definition.Trigger.Name, Data = new TypedData { Bytes = body } });
        var metadata = request.TriggerMetadata;
        metadata["QueueTrigger"] = new TypedData { String = message.Body.ToString() };
        metadata["Id"] = new TypedData { String = message.MessageId };
        metadata["PopReceipt"] = new TypedData { String = message.PopReceipt };
        metadata["DequeueCount"] = new TypedData { Json = message.DequeueCount.ToString(CultureInfo.InvariantCulture) };
        metadata["InsertionTime"] = Time(message.InsertedOn);
        metadata["ExpirationTime"] = Time(message.ExpiresOn);
        metadata["NextVisibleTime"] = Time(message.NextVisibleOn);
        return request;
    }

    private static TypedData Time(DateTimeOffset? time) => new() { Json = JsonSerializer.Serialize(time) };
}
