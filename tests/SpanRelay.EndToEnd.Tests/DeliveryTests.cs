using SpanRelay.Dynatrace;
using SpanRelay.EndToEnd.Tests.Senders;
using SpanRelay.Local.EventHub;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>OpenTelemetry's own exporters send to the event hub's door, as a gateway does; what they sent is looked for in Dynatrace.</summary>
public sealed class DeliveryTests
{
    private const int SpansPerSender = 1_000;

    [Fact]
    public async Task EverySpanArrivesAndNothingPlantedLeavesThoughTheRelayIsKilledTwiceOnTheWay()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token, partitions: 8);
        var planted = new Planted();
        var kills = new KillsOnTheWay(system, atSpans: [SpansPerSender / 4, SpansPerSender]);
        system.Dynatrace.OnRequest = kills.OnRequestAsync;

        var senders = await Task.WhenAll(
            JavaScriptSender.SendAsync(system, planted, SpansPerSender, "proto", deadline.Token),
            DotNetSender.SendAsync(system, planted, SpansPerSender));
        await system.Local.WhenIdleAsync(deadline.Token);

        Assert.Equal(2, kills.Count);
        AssertArrived(system, [.. senders.SelectMany(ids => ids)]);
        await AssertWasPlantedAsync(system, planted, body => body, deadline.Token);
        await AssertNothingLeftAsync(system, planted, deadline.Token);
        Report(system);
    }

    [Fact]
    public async Task SpansOfAnExporterThatSendsGzippedJsonArriveAndNothingPlantedLeaves()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token, partitions: 2);
        var planted = new Planted();

        var sent = await JavaScriptSender.SendAsync(system, planted, 200, "json", deadline.Token, gzip: true);
        await system.Local.WhenIdleAsync(deadline.Token);

        AssertArrived(system, sent);
        Assert.Equal(sent.Count, system.DeliveredIds.Count); // Nothing went wrong, so nothing came twice.
        await AssertWasPlantedAsync(system, planted, Some.Gunzip, deadline.Token);
        await AssertNothingLeftAsync(system, planted, deadline.Token);
        Report(system);
    }

    private static void AssertArrived(RunningSystem system, IReadOnlyList<string> sent)
    {
        Assert.Equal(sent.Count, sent.Distinct().Count());
        Assert.Empty(sent.Except(system.DeliveredIds));
        Assert.Empty(system.DeliveredIds.Except(sent));
        Assert.Equal(0, system.Dynatrace.DroppedSpans);
        // What may leave did.
        Assert.All(system.Dynatrace.Spans, received =>
        {
            Assert.Contains(received.Span.Attributes, attribute => attribute.Key == "tfy.request.model_name" && attribute.Value.StringValue == "gpt-4o");
            Assert.Contains(received.Resource.Attributes, attribute => attribute.Key == "service.name" && attribute.Value.StringValue == "tfy-llm-gateway");
        });
    }

    /// <summary>The search for planted texts is worth something only if it finds them where they must be.</summary>
    private static async Task AssertWasPlantedAsync(
        RunningSystem system, Planted planted, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> decode, CancellationToken cancellationToken)
    {
        var hub = system.Local.Hub;
        for (var partition = 0; partition < hub.PartitionCount; partition++)
        {
            IReadOnlyList<StoredEvent> events = await hub.ReadAsync(partition, 0, int.MaxValue, cancellationToken);
            Assert.All(events, stored => Assert.Equal(planted.Texts, planted.FoundIn(decode(stored.Body))));
        }
    }

    private static async Task AssertNothingLeftAsync(RunningSystem system, Planted planted, CancellationToken cancellationToken)
    {
        // An event that cannot be read is logged: without what it says, and after all that was logged before.
        await system.SendAsync(Some.Utf8(planted.Prompt), cancellationToken);
        await system.Output.WhenWrittenAsync(line => line.IsError && line.Line.Contains("cannot be read", StringComparison.Ordinal), cancellationToken);

        string[] forbidden = [.. planted.Texts, .. Credentials(system)];
        Assert.All(system.Dynatrace.Requests, request => Assert.Empty(Planted.FoundIn(request, forbidden)));
        Assert.All(system.Output.Lines, line => Assert.DoesNotContain(forbidden, text => line.Line.Contains(text, StringComparison.Ordinal)));
    }

    /// <summary>The secret parts of the relay's token, of the senders' signature and of the key to the event hub.</summary>
    private static string[] Credentials(RunningSystem system)
    {
        var signature = Field(system.SharedAccessSignature, '&', "sig=");
        return
        [
            system.Local.Token!.Value.Split('.')[^1],
            signature,
            Uri.UnescapeDataString(signature),
            Field(system.Local.Door.ConnectionString, ';', "SharedAccessKey="),
        ];
    }

    private static string Field(string text, char separator, string name) =>
        text.Split(separator).Single(field => field.StartsWith(name, StringComparison.Ordinal))[name.Length..];

    private static void Report(RunningSystem system)
    {
        var delivered = system.DeliveredIds;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{delivered.Distinct().Count()} spans in {system.Outcomes.Sum(outcome => outcome.Succeeded ? outcome.EventCount : 0)} events arrived, "
            + $"{delivered.Count - delivered.Distinct().Count()} of them again; {system.Dynatrace.Requests.Count} requests, "
            + $"{system.Outcomes.Count(outcome => !outcome.Succeeded)} failed invocations.");
    }
}
