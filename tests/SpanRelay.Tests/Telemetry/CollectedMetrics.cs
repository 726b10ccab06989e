using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using SpanRelay.Telemetry;

namespace SpanRelay.Tests.Telemetry;

/// <summary>What the relay measures for the test that started it, and for no other that runs beside it.</summary>
internal sealed class CollectedMetrics : IDisposable
{
    private static readonly AsyncLocal<CollectedMetrics?> Current = new();

    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(Instrument Instrument, double Value, KeyValuePair<string, object?>[] Tags)> _measured = [];

    private CollectedMetrics()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == RelayTelemetry.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public IReadOnlyList<(Instrument Instrument, double Value, KeyValuePair<string, object?>[] Tags)> All => [.. _measured];

    /// <summary>To be called by the test itself, not by its constructor: what it awaits belongs to it.</summary>
    public static CollectedMetrics Start() => Current.Value = new CollectedMetrics();

    /// <summary>What an instrument that is asked for its value has now.</summary>
    public double Observe(Instrument instrument)
    {
        _listener.RecordObservableInstruments();
        return Values(instrument).Last();
    }

    public IEnumerable<double> Values(Instrument instrument) => _measured.Where(each => each.Instrument == instrument).Select(each => each.Value);

    public long Sum(Instrument instrument, string? key = null, object? value = null) => (long)_measured
        .Where(each => each.Instrument == instrument && (key is null || each.Tags.Any(tag => tag.Key == key && Equals(tag.Value, value))))
        .Sum(each => each.Value);

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Current.Value == this)
            _measured.Enqueue((instrument, value, tags.ToArray()));
    }
}
