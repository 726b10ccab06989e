using SpanRelay.Dynatrace;
using SpanRelay.Telemetry;

namespace SpanRelay.Sending;

/// <summary>
/// Closes when Dynatrace responds that no request will succeed. While closed it lets one request through at a time, at growing
/// intervals, to probe whether that still holds. One for the whole process.
/// </summary>
internal sealed class DeliveryGate(TimeProvider time) : IDisposable
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

    /// <summary>Asks to send. Every request that may be sent must be followed by <see cref="Leave"/>.</summary>
    /// <param name="refusal">For a request that may not be sent, the response it gets in place of the server's.</param>
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

            refusal = _cause with { Message = $"Not sent: the last request got this response, and one request at a time probes whether that has changed. {_cause.Message}" };
            return Pass.Refused;
        }
    }

    /// <param name="answer">The server's response; null when the request was cancelled.</param>
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
                case null or Outcome.RetryLater when pass == Pass.Probe: // Dynatrace did not respond: nothing is known.
                    _nextProbe = time.GetUtcNow() + _interval;
                    break;
                case null or Outcome.RetryLater:
                    break;
                default: // Accepted, or rejected for its content: token and address work.
                    Open();
                    break;
            }
        }
    }

    /// <summary>No request follows.</summary>
    public void Dispose()
    {
        lock (_lock)
            Open();
    }

    private void Open()
    {
        RelayMetrics.ClosedGates.TryRemove(this, out _);
        _cause = null;
    }

    private void Close(Response cause, TimeSpan interval)
    {
        RelayMetrics.ClosedGates[this] = true;
        _cause = cause;
        _interval = interval;
        _nextProbe = time.GetUtcNow() + interval;
    }
}
