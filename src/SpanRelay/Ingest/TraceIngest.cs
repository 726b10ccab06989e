using Microsoft.Extensions.Logging;
using SpanRelay.Buffers;
using SpanRelay.DeadLetters;
using SpanRelay.Otlp;
using SpanRelay.Pipeline;
using SpanRelay.Redaction;
using SpanRelay.Telemetry;

namespace SpanRelay.Ingest;

/// <summary>The way of an export to the Event Hub: admit; decode, redact, split; dead-letter; send. It is acknowledged only when all of it is stored.</summary>
public sealed class TraceIngest
{
    private const int MaxExports = 500;

    // Leaves an exporter, which gives up after 10 seconds, time for the Event Hub and for a retry.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    private readonly IngestGate _gate;
    private readonly ExportPreparation _preparation;
    private readonly Redactor _redactor;
    private readonly DeadLetterWriter _writer;
    private readonly IHubSender _hub;
    private readonly TimeProvider _time;
    private readonly IngestLog _log;

    internal TraceIngest(IngestOptions options, RelayOptions relay, IHubSender hub, IDeadLetterStore store, TimeProvider time, ILogger log)
    {
        _redactor = relay.GenAi.CreateRedactor(relay.Redaction, relay.ResourceAttributes, time);
        _preparation = new ExportPreparation(options.Redact ? _redactor : Redactor.ThatKeepsEverything, _redactor, options.MaxEventBytes, time);
        _writer = new DeadLetterWriter(store, relay.Dynatrace.Endpoint.ToString(), relay.MaxSpanAge, time, log);
        _gate = new IngestGate(ProcessMemory.MaxIngestBytes, MaxExports);
        (_hub, _time, _log) = (hub, time, new IngestLog(log, time));
    }

    /// <summary>Handles one request of an authorized sender.</summary>
    /// <param name="readBody">Called only for a request that is admitted, where its length is known. The body must not change until the reply is there.</param>
    public async Task<IngestReply> ReceiveAsync(IngestHeaders headers, Func<CancellationToken, Task<ReadOnlyMemory<byte>>> readBody, CancellationToken cancellationToken)
    {
        if (headers.Unsupported() is { } unsupported)
            return unsupported;
        if (headers.ContentLength is not { } length)
        {
            var body = await readBody(cancellationToken);
            return await AdmitAsync(headers, body.Length, _ => Task.FromResult(body), cancellationToken);
        }

        return await AdmitAsync(headers, length, readBody, cancellationToken);
    }

    private async Task<IngestReply> AdmitAsync(IngestHeaders headers, long length, Func<CancellationToken, Task<ReadOnlyMemory<byte>>> readBody, CancellationToken cancellationToken)
    {
        if (length > ProcessMemory.MaxInflatedBytes)
            return new IngestReply(413, $"The body is larger than {ProcessMemory.MaxInflatedBytes >> 20} MiB. Send smaller exports.");
        if (!_gate.TryEnter((int)length))
            return IngestReply.Busy("Too many exports are in work. Retry.");

        RelayMetrics.IngestBytes.Add(length);
        try
        {
            return await PrepareAsync(headers, await readBody(cancellationToken), cancellationToken) is { } prepared
                ? prepared.Refusal ?? await StoreAsync(prepared, cancellationToken)
                : IngestReply.Busy("Too many exports wait for redaction. Retry.");
        }
        finally
        {
            _gate.Leave((int)length);
        }
    }

    /// <returns>Null when it waited too long for its turn.</returns>
    private async Task<PreparedExport?> PrepareAsync(IngestHeaders headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(LongestWait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using (await EventTurns.TakeAsync(either.Token))
                return _preparation.Prepare(headers, body);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (OutOfMemoryException)
        {
            return PreparedExport.Refused(IngestReply.Busy(PayloadProblem.OutOfMemory.Explain()));
        }
    }

    private async Task<IngestReply> StoreAsync(PreparedExport prepared, CancellationToken cancellationToken)
    {
        _log.NoteUnknownKeys(_redactor.UnknownKeys);
        foreach (var undeliverable in prepared.DeadLetters) // First: repeated, they overwrite themselves.
        {
            if (await _writer.WriteAsync(undeliverable, cancellationToken) is not { } notStored)
                continue;
            _log.NoteUnavailable(notStored.Message);
            return IngestReply.Busy("Some spans must be dead-lettered, and the storage account is unavailable. Retry.");
        }

        if (await _hub.SendAsync(prepared.Events, cancellationToken) is { } failure)
        {
            _log.NoteUnavailable(failure.Problem);
            return new IngestReply(503, "The Event Hub did not accept the export. Retry.", RetryAfter: failure.RetryAfter);
        }

        var rejected = prepared.DeadLetters.Sum(each => each.Spans);
        return rejected == 0
            ? IngestReply.Accepted
            : new IngestReply(200, "Spans without ids, or larger than an event of the Event Hub, were dead-lettered: \"spanrelay dead-letters list\" shows them.", rejected);
    }
}
