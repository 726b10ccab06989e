using System.Diagnostics.Metrics;

namespace SpanRelay.DeadLetters;

/// <summary>The metrics of dead letters and incidents, by cause.</summary>
public sealed class DeadLetterMetrics : IDisposable
{
    private readonly Meter _meter = new("SpanRelay");
    private readonly Counter<long> _letters;
    private readonly Counter<long> _spans;
    private readonly Counter<long> _incidents;

    public DeadLetterMetrics()
    {
        _letters = _meter.CreateCounter<long>("spanrelay.dead_letters", description: "Dead letters recorded, by cause.");
        _spans = _meter.CreateCounter<long>("spanrelay.dead_letters.spans", description: "Spans in the dead letters recorded, by cause.");
        _incidents = _meter.CreateCounter<long>("spanrelay.incidents", description: "Incident reports, by cause; one every five minutes while an incident lasts.");
    }

    public void CountLetter(string cause, long spans)
    {
        _letters.Add(1, new KeyValuePair<string, object?>("cause", cause));
        _spans.Add(spans, new KeyValuePair<string, object?>("cause", cause));
    }

    public void CountIncident(string cause) => _incidents.Add(1, new KeyValuePair<string, object?>("cause", cause));

    public void Dispose() => _meter.Dispose();
}
