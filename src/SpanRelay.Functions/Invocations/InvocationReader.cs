using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using SpanRelay.Pipeline;
using SpanRelay.Tokens;

namespace SpanRelay.Functions.Invocations;

/// <summary>
/// Reads what the Functions host posts for a batch of events: <c>{"Data":{"events":"…"},"Metadata":{…}}</c>, tens of MB with the
/// bodies as base64 in JSON in JSON. The list of events is taken out as it streams by, and the JSON reader is handed an
/// empty string in its place; what it gives to read is small.
/// </summary>
internal sealed class InvocationReader
{
    private readonly ReceivedEvents _batch;
    private JsonReaderState _json;
    private EventListReader? _events;
    private bool _eventsComeNext;
    private bool _eventsCame;
    private string? _section;
    private string? _member;
    private string? _submember;

    private InvocationReader(ReceivedEvents batch) => _batch = batch;

    /// <returns>The batch, which is the caller's to dispose.</returns>
    /// <exception cref="InvalidDataException">The body is not an invocation.</exception>
    public static async Task<ReceivedEvents> ReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        var batch = new ReceivedEvents();
        try
        {
            await new InvocationReader(batch).ReadToEndAsync(body, cancellationToken);
            return batch;
        }
        catch (JsonException)
        {
            batch.Dispose();
            throw new InvalidDataException("The body is not JSON.");
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    private async Task ReadToEndAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await body.ReadAsync(cancellationToken);
            var rest = result.Buffer;
            try
            {
                while (TryReadOn(ref rest, result.IsCompleted))
                {
                }
            }
            finally
            {
                // Also from a body that makes no sense: otherwise the server cannot pass over the rest and drops the connection.
                body.AdvanceTo(rest.Start, rest.End);
            }

            if (!result.IsCompleted)
                continue;
            if (!_eventsCame || _events is not null)
                throw new InvalidDataException("The body holds no events.");
            CheckEnd();
            return;
        }
    }

    // Of a chunked body the end may come by itself, when all bytes were read as if more followed.
    private void CheckEnd() => new Utf8JsonReader([], isFinalBlock: true, _json).Read();

    /// <returns>False when nothing more can be read until more bytes come.</returns>
    private bool TryReadOn(ref ReadOnlySequence<byte> rest, bool isFinal)
    {
        if (rest.IsEmpty)
            return false;
        if (_events is not null)
            return TryReadEvents(ref rest);
        if (_eventsComeNext)
            return TryBeginEvents(ref rest);
        return TryReadJson(ref rest, isFinal);
    }

    private bool TryReadJson(ref ReadOnlySequence<byte> rest, bool isFinal)
    {
        var reader = new Utf8JsonReader(rest, isFinal, _json);
        while (!_eventsComeNext && reader.Read())
            Note(ref reader);

        _json = reader.CurrentState;
        rest = rest.Slice(reader.Position);
        return _eventsComeNext;
    }

    private bool TryBeginEvents(ref ReadOnlySequence<byte> rest)
    {
        var first = rest.FirstSpan[0];
        if (first is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            rest = rest.Slice(1);
            return true;
        }

        _eventsComeNext = false;
        _eventsCame = true;
        var isInString = first == (byte)'"';
        if (!isInString && first != (byte)'[')
            throw new InvalidDataException("The events are neither a string nor an array.");

        _events = new EventListReader(_batch.Bodies, isInString);
        if (isInString)
            rest = rest.Slice(1);
        return true;
    }

    private bool TryReadEvents(ref ReadOnlySequence<byte> rest)
    {
        rest = rest.Slice(_events!.Read(rest.FirstSpan));
        if (_events.IsDone)
        {
            _events = null;
            var inTheirPlace = new Utf8JsonReader("\"\""u8, isFinalBlock: false, _json);
            inTheirPlace.Read();
            _json = inTheirPlace.CurrentState;
        }

        return true;
    }

    private void Note(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.PropertyName)
            NoteName(ref reader);
        else if (reader.CurrentDepth == 2 && (_section, _member) == ("Metadata", "SequenceNumberArray") && reader.TokenType == JsonTokenType.String)
            ReadSequenceNumbers(reader.GetString()!);
        else if (reader.CurrentDepth == 2 && (_section, _member) == ("Metadata", "EnqueuedTimeUtcArray") && reader.TokenType == JsonTokenType.String)
            ReadEnqueuedTimes(reader.GetString()!);
        else if (reader.CurrentDepth == 3 && (_section, _member, _submember) == ("Metadata", "PartitionContext", "PartitionId"))
            _batch.Partition = reader.TokenType == JsonTokenType.String ? reader.GetString()! : _batch.Partition;
    }

    private void NoteName(ref Utf8JsonReader reader)
    {
        switch (reader.CurrentDepth)
        {
            case 1:
                _section = reader.GetString();
                break;
            case 2:
                _member = reader.GetString();
                _eventsComeNext = _section == "Data" && !_eventsCame;
                break;
            case 3:
                _submember = reader.GetString();
                break;
        }
    }

    // The host writes arrays as strings that hold JSON. Sequence numbers are for messages: without them the batch is as good.
    private void ReadSequenceNumbers(string json)
    {
        try
        {
            _batch.SequenceNumbers.AddRange(JsonSerializer.Deserialize(json, InvocationJson.Default.Int64Array) ?? []);
        }
        catch (JsonException)
        {
            _batch.SequenceNumbers.Clear();
        }
    }

    // They carry no zone and are UTC. They only decide under which day a dead letter is filed.
    private void ReadEnqueuedTimes(string json)
    {
        try
        {
            foreach (var time in JsonSerializer.Deserialize(json, InvocationJson.Default.StringArray) ?? [])
                _batch.EnqueuedTimes.Add(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentNullException)
        {
            _batch.EnqueuedTimes.Clear();
        }
    }
}
