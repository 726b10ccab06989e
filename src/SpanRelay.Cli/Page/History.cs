namespace SpanRelay.Cli.Page;

/// <summary>The totals of a run at one moment.</summary>
internal readonly record struct Sample(DateTimeOffset At)
{
    public long EventsReceived { get; init; }

    public long EventsWaiting { get; init; }

    public long SpansDelivered { get; init; }

    public long SpansDeadLettered { get; init; }

    public long InvocationsFailed { get; init; }

    public long AttributesRemoved { get; init; }

    public long BytesReceived { get; init; }
}

/// <summary>A sample a second of the last minutes. Thread-safe.</summary>
internal sealed class History
{
    /// <summary>Five minutes.</summary>
    public const int MostSamples = 300;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<Sample> _samples = new();

    public IReadOnlyList<Sample> Samples
    {
        get
        {
            lock (_lock) return [.. _samples];
        }
    }

    public void Add(Sample sample)
    {
        lock (_lock)
        {
            if (_samples.Count == MostSamples)
                _samples.Dequeue();
            _samples.Enqueue(sample);
        }
    }

    /// <summary>How fast a total grew in the last seconds.</summary>
    public static double PerSecond(IReadOnlyList<Sample> samples, Func<Sample, long> total)
    {
        if (samples.Count < 2)
            return 0;

        var last = samples[^1];
        var first = samples.LastOrDefault(sample => last.At - sample.At >= Window, samples[0]);
        return Rate(first, last, total);
    }

    /// <summary>How fast a total grew from each sample to the next.</summary>
    public static IReadOnlyList<double> Rates(IReadOnlyList<Sample> samples, Func<Sample, long> total) =>
        [.. samples.Zip(samples.Skip(1), (from, to) => Rate(from, to, total))];

    private static double Rate(Sample from, Sample to, Func<Sample, long> total) =>
        (to.At - from.At).TotalSeconds is var seconds and > 0 ? Math.Max(0, (total(to) - total(from)) / seconds) : 0;
}
