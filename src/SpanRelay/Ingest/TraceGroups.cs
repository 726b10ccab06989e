using System.Globalization;
using System.IO.Hashing;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Pipeline;

namespace SpanRelay.Ingest;

/// <summary>
/// Distributes the spans of a canonical export to a fixed number of groups by trace id, each an export of its own with the resources and
/// scopes that its spans belong to. A trace always falls into the same group, which is its partition key: a trace stays together.
/// </summary>
internal sealed class TraceGroups : IDisposable
{
    /// <summary>The minimum number of events for an export with many traces, and the maximum number of partitions used.</summary>
    public const int Count = 16;

    private readonly PooledBuffer[] _groups = [.. Enumerable.Range(0, Count).Select(_ => new PooledBuffer())];
    private readonly Frame?[] _resources = new Frame?[Count];
    private readonly Frame?[] _scopes = new Frame?[Count];

    public static string PartitionKey(int group) => string.Create(CultureInfo.InvariantCulture, $"traces-{group:00}");

    public static int GroupOf(ReadOnlySpan<byte> traceId) => (int)(XxHash3.HashToUInt64(traceId) % Count);

    /// <summary>The group's export; empty where no trace falls into it. Valid until disposal.</summary>
    public ReadOnlyMemory<byte> this[int group] => _groups[group].WrittenMemory;

    /// <returns>False when resources and scopes, repeated in each group, would take more than <paramref name="maxBytes"/>.</returns>
    public bool TryFill(ReadOnlySpan<byte> export, long maxBytes)
    {
        var resources = new MessageParts(export, TraceSchema.RequestResourceSpans);
        while (resources.HasElement)
        {
            var scopes = new MessageParts(resources.TakePayload(), TraceSchema.ResourceSpansScopeSpans);
            while (scopes.HasElement)
            {
                var spans = new MessageParts(scopes.TakePayload(), TraceSchema.ScopeSpansSpans);
                while (spans.HasElement)
                {
                    if (!TryAdd(spans.TakeElement(), spans.Before, scopes.Before, ref maxBytes))
                        return false;
                }

                Close(_scopes, spans.After);
            }

            Close(_resources, scopes.After);
        }

        return true;
    }

    public void Dispose()
    {
        foreach (var group in _groups)
            group.Dispose();
    }

    private bool TryAdd(ReadOnlySpan<byte> span, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> resource, ref long bytesLeft)
    {
        var number = GroupOf(TraceIdOf(span));
        var group = _groups[number];
        var start = group.Length;
        Open(_resources, number, TraceSchema.RequestResourceSpans, resource);
        Open(_scopes, number, TraceSchema.ResourceSpansScopeSpans, scope);
        group.Append(span);
        bytesLeft -= group.Length - start;
        return bytesLeft >= 0;
    }

    private void Open(Frame?[] frames, int number, int field, ReadOnlySpan<byte> before)
    {
        if (frames[number] is not null)
            return;

        const int UsualLength = 1 << 14; // Room for three bytes of length.
        frames[number] = new Frame(new WireWriter(_groups[number]).Begin(field, UsualLength));
        _groups[number].Append(before);
    }

    private void Close(Frame?[] frames, ReadOnlySpan<byte> after)
    {
        for (var number = 0; number < Count; number++)
        {
            if (frames[number] is not { } frame)
                continue;

            _groups[number].Append(after);
            new WireWriter(_groups[number]).End(frame.Field);
            frames[number] = null;
        }
    }

    /// <summary>The first field of a canonical span that has one.</summary>
    private static ReadOnlySpan<byte> TraceIdOf(ReadOnlySpan<byte> element)
    {
        WireReader.TryReadField(ref element, out var span);
        var fields = span.Payload;
        return !fields.IsEmpty && WireReader.TryReadField(ref fields, out var id) && id.Number == TraceSchema.SpanTraceId ? id.Payload : [];
    }

    private readonly record struct Frame(WireWriter.OpenField Field);
}
