using Azure.Messaging.EventHubs.Consumer;
using SpanRelay.Local;
using SpanRelay.Local.Host.Configuration;
using SpanRelay.Local.Host.EventHubs;

namespace SpanRelay.Tests.Local.Host.EventHubs;

public sealed class EventHubBatchingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spanrelay-host-");

    public static TheoryData<string, EventPosition> Starts => new()
    {
        { "{}", EventPosition.Earliest },
        { """{ "type": "fromStart" }""", EventPosition.Earliest },
        { """{ "type": "FromEnd" }""", EventPosition.Latest },
        { """{ "type": "fromEnqueuedTime", "enqueuedTimeUtc": "2026-11-24T10:00:00Z" }""", EventPosition.FromEnqueuedTime(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero)) },
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Starts))]
    public void APartitionWithoutACheckpointBeginsWhereItIsSaid(string options, EventPosition start) =>
        Assert.Equal(start, EventHubProcessor.CreateOptions(Read(options)).DefaultStartingPosition);

    [Theory]
    [InlineData("""{ "type": "fromSomewhere" }""")]
    [InlineData("""{ "type": "fromEnqueuedTime" }""")]
    [InlineData("""{ "type": "fromEnqueuedTime", "enqueuedTimeUtc": "yesterday" }""")]
    public void AnUnknownStartIsNamed(string options) =>
        Assert.StartsWith("host.json: extensions.eventHubs.initialOffsetOptions.type takes ", Assert.Throws<LocalSystemException>(() => Read(options)).Message, StringComparison.Ordinal);

    private EventHubBatching Read(string options)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "host.json"), $$"""{ "extensions": { "eventHubs": { "initialOffsetOptions": {{options}} } } }""");
        return EventHubBatching.Read(HostConfiguration.Read(_folder.FullName, new AppSettings(new Dictionary<string, string>())));
    }
}
