using SpanRelay.Buffers;

namespace SpanRelay.Functions.Invocations;

/// <summary>
/// Reads the trigger's list of events as it streams by: an array of base64 strings, which the host writes into a JSON string
/// (<c>"[\"AAEC\",\"/w==\"]"</c>). An array that is not in a string is understood too. Bodies are decoded where they will stay;
/// the list as such is never held.
/// </summary>
internal sealed class EventListReader(List<PooledBuffer> bodies, bool isInString)
{
    private JsonUnescaper _outer;
    private JsonUnescaper _inner;
    private Base64Body? _body;
    private State _state = State.BeforeArray;

    private enum State
    {
        BeforeArray,
        BetweenBodies,
        InBody,
        InNull,
        AfterArray,
        Done,
    }

    public bool IsDone => _state == State.Done;

    /// <summary>Reads on. Stops behind the list's end, if it comes.</summary>
    /// <returns>How many bytes were read.</returns>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && !IsDone)
        {
            if (_state == State.InBody && _outer.IsIdle && _inner.IsIdle)
                at += ReadRun(bytes[at..]);
            if (at < bytes.Length)
                ReadByte(bytes[at++]);
        }

        return at;
    }

    private int ReadRun(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny((byte)'"', (byte)'\\');
        var run = end < 0 ? bytes : bytes[..end];
        _body!.Append(run);
        return run.Length;
    }

    private void ReadByte(byte next)
    {
        if (!isInString)
        {
            ReadListByte(next);
            return;
        }

        if (next == (byte)'"' && _outer.IsIdle)
            _state = _state == State.AfterArray ? State.Done : throw Malformed();
        else if (_outer.TryNext(next, out var character))
            ReadListByte(character);
    }

    private void ReadListByte(byte next)
    {
        switch (_state)
        {
            case State.InBody:
                ReadBodyByte(next);
                break;
            case State.InNull when next is (byte)'u' or (byte)'l':
            case State.BeforeArray or State.BetweenBodies or State.AfterArray when next is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                break;
            case State.BeforeArray when next == (byte)'[':
                _state = State.BetweenBodies;
                break;
            case State.BetweenBodies or State.InNull when next == (byte)',':
                _state = State.BetweenBodies;
                break;
            case State.BetweenBodies when next == (byte)'"':
                Begin(State.InBody);
                break;
            case State.BetweenBodies when next == (byte)'n':
                Begin(State.InNull);
                break;
            case State.BetweenBodies or State.InNull when next == (byte)']':
                _state = isInString ? State.AfterArray : State.Done;
                break;
            default:
                throw Malformed();
        }
    }

    private void ReadBodyByte(byte next)
    {
        if (next == (byte)'"' && _inner.IsIdle)
        {
            _body!.Complete();
            _state = State.BetweenBodies;
        }
        else if (_inner.TryNext(next, out var character))
        {
            _body!.Append([character]);
        }
    }

    private void Begin(State state)
    {
        var likelyLength = bodies.Count > 0 ? bodies[^1].Length : 0;
        bodies.Add(new PooledBuffer(likelyLength));
        _body = new Base64Body(bodies[^1]);
        _state = state;
    }

    private static InvalidDataException Malformed() => new("The list of events is not a JSON array of base64 strings.");
}
