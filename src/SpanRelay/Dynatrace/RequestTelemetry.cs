using System.Diagnostics;
using SpanRelay.Telemetry;

namespace SpanRelay.Dynatrace;

/// <summary>Measures one request, and traces it if it carries spans: metrics are sent apart from any batch. Without a response when disposed, it was cancelled or timed out.</summary>
internal sealed class RequestTelemetry(Uri address, bool isMetrics, TimeProvider time) : IDisposable
{
    private const string Ended = "ended";

    private readonly long _start = time.GetTimestamp();
    private readonly Activity? _activity = isMetrics ? null : RelayTelemetry.Source.StartActivity("POST", ActivityKind.Client);
    private Response? _response;

    public void Note(Response response) => _response = response;

    public void Dispose()
    {
        if (RelayMetrics.RequestDuration.Enabled)
            RelayMetrics.RequestDuration.Record(time.GetElapsedTime(_start).TotalSeconds, Tags());
        if (_activity is null)
            return;

        _activity.SetTag("http.request.method", "POST").SetTag("server.address", address.Host).SetTag("server.port", address.Port).SetTag("url.path", address.AbsolutePath);
        foreach (var (key, value) in Tags())
            _activity.SetTag(key, value);
        if (_response?.Outcome is not (Outcome.Delivered or Outcome.DeliveredInPart))
            _activity.SetStatus(ActivityStatusCode.Error, _response?.StatusText ?? Ended);
        _activity.Dispose();
    }

    private TagList Tags()
    {
        var tags = new TagList
        {
            { RelayMetrics.Signal, isMetrics ? "metrics" : "traces" },
            { RelayMetrics.Outcome, _response is null ? Ended : RelayMetrics.ValueOf(_response.Outcome) },
        };
        if (_response?.Status is { } status)
            tags.Add(RelayMetrics.Status, status);
        else
            tags.Add(RelayMetrics.ErrorType, _response is null ? Ended : RelayMetrics.ValueOf(_response.Failure));
        return tags;
    }
}
