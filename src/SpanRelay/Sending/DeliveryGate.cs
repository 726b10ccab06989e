using SpanRelay.Dynatrace;

namespace SpanRelay.Sending;

/// <summary>
/// Closed by an answer that says that no request will pass; then one at a time is let through, at growing intervals, to see
/// whether that still holds. Shared by all that is sent in the process.
/// </summary>
internal sealed class DeliveryGate(TimeProvider time)
{
    private static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Response? _cause;
    private TimeSpan _interval;
    private DateTimeOffset _nextProbe;
    private bool _probing;

    public enum Pass
    {
        Refused,
        Free,
        Probe,
    }

    /// <summary>Asks to send. What passes must come back through <see cref="Leave"/>.</summary>
    /// <param name="refusal">For a refused request, what it is answered in place of the server.</param>
    public Pass Enter(out Response? refusal)
    {
        lock (_lock)
        {
            refusal = null;
            if (_cause is null)
                return Pass.Free;
            if (!_probing && time.GetUtcNow() >= _nextProbe)
            {
                _probing = true;
                return Pass.Probe;
            }

            refusal = _cause with { Message = $"Not sent: the request before was answered so, and one goes out now and then to see whether it still is. {_cause.Message}" };
            return Pass.Refused;
        }
    }

    /// <param name="answer">Null when it was cancelled.</param>
    public void Leave(Pass pass, Response? answer)
    {
        lock (_lock)
        {
            _probing &= pass != Pass.Probe;
            switch (answer?.Outcome)
            {
                case Outcome.Blocked when _cause is null:
                    Close(answer, FirstInterval);
                    break;
                case Outcome.Blocked when pass == Pass.Probe:
                    Close(answer, _interval * 2 < LongestInterval ? _interval * 2 : LongestInterval);
                    break;
                case Outcome.Blocked:
                    break;
                case null or Outcome.RetryLater when pass == Pass.Probe: // Neither way: Dynatrace did not say.
                    _nextProbe = time.GetUtcNow() + _interval;
                    break;
                case null or Outcome.RetryLater:
                    break;
                default: // Accepted, or refused for what is in it: either way it was looked at.
                    _cause = null;
                    break;
            }
        }
    }

    private void Close(Response cause, TimeSpan interval)
    {
        _cause = cause;
        _interval = interval;
        _nextProbe = time.GetUtcNow() + interval;
    }
}
