using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host;
using SpanRelay.Pipeline;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The whole system with the function app as a process, and what it did.</summary>
internal sealed partial class RunningSystem : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private LocalSystem? _local;

    public CollectedOutput Output { get; } = new();

    public ConcurrentQueue<InvocationOutcome> Outcomes { get; } = new();

    /// <summary>Of RecordDeadLetter, in the order in which they ended.</summary>
    public ConcurrentQueue<InvocationOutcome> Recordings { get; } = new();

    public LocalSystem Local => _local!;

    public DynatraceServer Dynatrace => Local.Dynatrace!;

    /// <summary>For the Authorization header of a sender. A credential.</summary>
    public string SharedAccessSignature { get; private set; } = "";

    public static async Task<RunningSystem> StartAsync(
        CancellationToken cancellationToken, int partitions = 1, IReadOnlyDictionary<string, string>? settings = null)
    {
        var system = new RunningSystem();
        system._local = await LocalSystem.StartAsync(
            new LocalSystemOptions
            {
                PartitionCount = partitions,
                Settings = settings ?? new Dictionary<string, string>(),
                ShutdownGrace = TimeSpan.FromSeconds(1),
                InvocationCompleted = outcome => (outcome.FunctionName == "RecordDeadLetter" ? system.Recordings : system.Outcomes).Enqueue(outcome),
                OnOutput = system.Output.Add,
            },
            cancellationToken);
        system.SharedAccessSignature = system.Local.Door.CreateSharedAccessSignature(TimeSpan.FromHours(1));
        return system;
    }

    /// <summary>Sends an event through the door.</summary>
    /// <returns>Its sequence number, if nobody else sends to the partition.</returns>
    public async Task<long> SendAsync(byte[] body, CancellationToken cancellationToken, int partition = 0)
    {
        var address = Local.Door.SendAddress.AbsoluteUri.Replace(
            "/messages", string.Create(CultureInfo.InvariantCulture, $"/partitions/{partition}/messages"), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation("Authorization", SharedAccessSignature);
        using var answer = await _client.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return Local.Hub.CountOf(partition) - 1;
    }

    /// <summary>
    /// Holds the answer to Dynatrace's next request back until what is returned is disposed: what is sent meanwhile to the
    /// same partition waits, and is one batch then.
    /// </summary>
    public IDisposable HoldNextAnswer()
    {
        var gate = new Gate();
        Dynatrace.OnRequest = async (_, cancellationToken) =>
        {
            Dynatrace.OnRequest = null;
            await gate.WhenOpenAsync(cancellationToken);
        };
        return gate;
    }

    /// <summary>The first record in the storage account, as soon as one is written.</summary>
    public async Task<JsonElement> WhenRecordedAsync(CancellationToken cancellationToken)
    {
        await Output.WhenWrittenAsync(line => RecordedLine.IsMatch(line.Line), cancellationToken);
        var stored = await StoredLetters.ReadAsync(Local.StorageConnectionString, cancellationToken);
        return stored.AllRecords[0];
    }

    /// <summary>The ids of the spans that Dynatrace has, in hex; one that came twice stands there twice.</summary>
    public IReadOnlyList<string> DeliveredIds => [.. Dynatrace.Spans.Select(span => span.Span.Id())];

    /// <summary>Of the batches that were settled or held. A process that was killed reports nothing of those that it had in work.</summary>
    public IReadOnlyList<RelayReport> Reports => [.. Output.Lines.Select(line => RelayReport.TryParse(line.Line, out var report) ? report : null).OfType<RelayReport>()];

    /// <summary>Stops it. In whatever test: each of its reports accounts for each span and each event once.</summary>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_local is not null)
            await _local.DisposeAsync();
        Assert.All(Reports, report => Assert.True(report.IsBalanced, report.ToJson()));
    }

    private sealed class Gate : IDisposable
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task WhenOpenAsync(CancellationToken cancellationToken) => _open.Task.WaitAsync(cancellationToken);

        public void Dispose() => _open.TrySetResult();
    }

    [GeneratedRegex("Dead letter recorded: |Incident open: |Dead letter not recorded: ")]
    private static partial Regex RecordedLine { get; }
}
