using Amqp.Framing;
using Amqp.Types;
using SpanRelay.Local.EventHub.Amqp.Messages;
using SpanRelay.Local.EventHub.Amqp.Sessions;

namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>A receiver's place in a partition.</summary>
internal sealed class PartitionReader : ILinkSource
{
    private readonly PartitionReaders _readers;
    private readonly Partition _partition;
    private readonly bool _wantsRuntimeMetric;
    private long _next;

    private PartitionReader(HubEntities entities, ReaderRequest request, long next)
    {
        _readers = entities.Readers;
        _partition = entities.Hub.PartitionAt(request.Partition);
        _wantsRuntimeMetric = request.WantsRuntimeMetric;
        _next = next;
        Place = (request.ConsumerGroup.ToUpperInvariant(), request.Partition);
        OwnerLevel = request.OwnerLevel;
        _partition.Appended += RaiseChanged;
    }

    public event Action? Changed;

    public (string Group, int Partition) Place { get; }

    public long? OwnerLevel { get; }

    public Error? Failure { get; private set; }

    public bool HasMessage => _partition.Count > _next;

    public static LinkOpening<ILinkSource> Open(HubEntities entities, ReaderRequest request)
    {
        var partition = entities.Hub.PartitionAt(request.Partition);
        if (request.Start.FindIn(partition) is not { } next) return AmqpErrors.NotThatFar(request.Start.Value, partition.Count - 1);
        var reader = new PartitionReader(entities, request, next);
        if (entities.Readers.Enter(reader) is not { } refusal) return reader;
        reader.Dispose();
        return refusal;
    }

    public ReadOnlyMemory<byte>? Take()
    {
        if (_partition.Find(_next) is not { } stored) return null;
        _next++;
        return EventWriter.Write(stored, _wantsRuntimeMetric ? RuntimeMetric() : null);
    }

    /// <summary>Ends the link, from any thread.</summary>
    public void End(Error failure)
    {
        Failure = failure;
        RaiseChanged();
    }

    public void Dispose()
    {
        _partition.Appended -= RaiseChanged;
        _readers.Leave(this);
    }

    private void RaiseChanged() => Changed?.Invoke();

    private DeliveryAnnotations RuntimeMetric()
    {
        var last = _partition.Find(_partition.Count - 1)!;
        var annotations = new DeliveryAnnotations();
        annotations[new Symbol("last_enqueued_sequence_number")] = last.SequenceNumber;
        annotations[new Symbol("last_enqueued_offset")] = last.Offset;
        annotations[new Symbol("last_enqueued_time_utc")] = last.EnqueuedTime.UtcDateTime;
        annotations[new Symbol("runtime_info_retrieval_time_utc")] = TimeProvider.System.GetUtcNow().UtcDateTime;
        return annotations;
    }
}
