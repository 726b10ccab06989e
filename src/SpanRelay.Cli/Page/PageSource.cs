using SpanRelay.Cli.DeadLetters;
using SpanRelay.Cli.Run;
using SpanRelay.DeadLetters;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.GenAi.Contract;
using SpanRelay.Local;
using SpanRelay.Otlp;
using SpanRelay.Pipeline;
using SpanRelay.Settings;

namespace SpanRelay.Cli.Page;

/// <summary>What the page shows and acts on. Of spans and events it keeps nothing itself: it reads what the local system has.</summary>
internal sealed class PageSource
{
    /// <summary>How many of the spans that the stand-in has are looked at.</summary>
    public const int MostSpans = 20_000;

    private static readonly TimeSpan NoticeTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan VerdictAge = TimeSpan.FromSeconds(3);

    private readonly RunCounts _counts;
    private readonly TimeProvider _time;
    private readonly SettingsReader _settings;
    private (string Text, DateTimeOffset At) _notice = ("", DateTimeOffset.MinValue);
    private (AiVerdict? Verdict, DateTimeOffset At) _verdict;

    public PageSource(LocalSystem system, RunCounts counts, TimeProvider time)
    {
        System = system;
        _counts = counts;
        _time = time;
        _settings = ReadSettings(system);
        Faults = new FaultSwitch(system);
        Comparison = new ComparisonSource(system.Hub, _settings);
        Letters = new LetterShelf(ArchiveAccess.Open(StorageOptions.Read(_settings), _settings), system.Http, time);
    }

    public LocalSystem System { get; }

    public History History { get; } = new();

    public FaultSwitch Faults { get; }

    public ComparisonSource Comparison { get; }

    public LetterShelf Letters { get; }

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Where spans are delivered.</summary>
    public string Receiver => System.Dynatrace is null ? _settings.Text("Dynatrace__Environment") ?? "Dynatrace" : "the local stand-in for Dynatrace";

    public (RelayReport Total, int FailedInvocations) Counts => _counts.Read();

    public IReadOnlyList<KeyValuePair<int, long>> Requests => _counts.Requests;

    public long EventsReceived => Enumerable.Range(0, System.Hub.PartitionCount).Sum(System.Hub.CountOf);

    public long EventsWaiting => Math.Max(0, _counts.Lag(System.Hub));

    /// <summary>The last action's result, for some seconds; empty for none.</summary>
    public string Notice => Now - _notice.At < NoticeTime ? _notice.Text : "";

    /// <summary>The spans that were delivered last; none of a real environment.</summary>
    public IReadOnlyList<ReceivedSpan> Spans => System.Dynatrace?.NewestSpans(MostSpans) ?? [];

    /// <summary>Which views of AI Observability work for these spans; null for a real environment.</summary>
    public AiVerdict? Verdict
    {
        get
        {
            if (System.Dynatrace is not null && Now - _verdict.At > VerdictAge)
                _verdict = (AiContract.Check(Spans.Select(received => (received.Resource, received.Span))), Now);
            return _verdict.Verdict;
        }
    }

    public void Tell(string notice) => _notice = (notice, Now);

    public void TakeSample()
    {
        var (total, failed) = Counts;
        History.Add(new Sample(Now)
        {
            EventsReceived = EventsReceived,
            EventsWaiting = EventsWaiting,
            SpansDelivered = total.SpansDelivered,
            SpansDeadLettered = total.SpansDeadLettered,
            InvocationsFailed = failed,
            AttributesRemoved = total.AttributesRemoved,
            BytesReceived = total.BytesIn,
        });
    }

    /// <summary>The function app's, with the policy as it finds it: beside itself.</summary>
    private static SettingsReader ReadSettings(LocalSystem system)
    {
        const string Policy = "Redaction__Policy";
        var settings = system.CommandSettings();
        var file = Path.Combine(system.AppFolder, settings.GetValueOrDefault(Policy, "redaction.json"));
        if (settings.ContainsKey(Policy) || File.Exists(file))
            settings[Policy] = file;
        return new SettingsReader(settings!);
    }
}
