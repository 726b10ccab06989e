using System.Globalization;
using System.Text;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host;
using SpanRelay.Local.Storage;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The storage account goes away; and what is in it.</summary>
public sealed class DeadLetterStorageTests
{
    [Fact]
    public async Task WhileTheStorageAccountIsDownNothingSettlesAndAfterwardsEverythingDoes()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(12));
        await using var storage = await ProxiedStorage.StartAsync(deadline.Token);
        await using var system = await RunningSystem.StartAsync(deadline.Token, partitions: 2, storage.Settings);
        var (old, oldId) = OldEvent();
        var (good, goodId) = Some.Event();
        var earlier = await ProcessOneOfEachPartitionAsync(system, deadline.Token);

        await storage.Azurite.StopAsync();
        await system.SendAsync(old, deadline.Token, partition: 0);
        await system.SendAsync(Some.Utf8("no export"), deadline.Token, partition: 1);
        await system.Local.Host.WhenAsync(() => FailuresOf(system, 0) >= 2 && FailuresOf(system, 1) >= 2, deadline.Token);
        await system.SendAsync(good, deadline.Token, partition: 1);

        Assert.All(system.Outcomes.Skip(earlier.Count), outcome => Assert.False(outcome.Succeeded));
        Assert.Contains(system.Output.Lines, line => line.Line.Contains("The dead letter could not be stored. The storage account for dead letters (DeadLetters, or else AzureWebJobsStorage) did not store", StringComparison.Ordinal));

        await storage.Azurite.StartAsync(deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);

        var kept = await storage.ReadAllAsync(deadline.Token);
        Assert.Equal([oldId], kept.SpanIds);
        Assert.Equal(["no export"], kept.Quarantined);
        Assert.Equal(2, kept.Records);
        Assert.Equal([.. earlier, goodId], system.DeliveredIds);
    }

    /// <summary>Partitions are claimed in the storage account too: what is to be processed without it must be claimed before.</summary>
    private static async Task<List<string>> ProcessOneOfEachPartitionAsync(RunningSystem system, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        foreach (var partition in new[] { 0, 1 })
        {
            var (body, id) = Some.Event();
            await system.SendAsync(body, cancellationToken, partition);
            await system.Local.WhenIdleAsync(cancellationToken);
            ids.Add(id);
        }

        return ids;
    }

    [Fact]
    public async Task NoPlantedSecretIsInTheStoreButInTheQuarantine()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token, partitions: 1);
        var planted = Enumerable.Range(0, 6).Select(_ => new Planted()).ToList();

        await system.SendAsync(EventWith(planted[0], span => span.EndTimeUnixNano -= 7_200_000_000_000), deadline.Token);
        await system.SendAsync(EventWith(planted[1], span => span.EndTimeUnixNano += 7_200_000_000_000), deadline.Token);
        await system.SendAsync(EventWith(planted[2], span => span.EndTimeUnixNano = 0), deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);
        system.Dynatrace.FailNext(1, new Fault { RejectedSpans = 1, ErrorMessage = "not these" });
        await system.SendAsync(EventWith(planted[3], _ => { }), deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);
        system.Dynatrace.FailNext(1, new Fault { Status = 400, Body = """{"error":{"code":400,"message":"not this"}}""" });
        await system.SendAsync(EventWith(planted[4], _ => { }), deadline.Token);
        await system.SendAsync(EventWith(planted[5], _ => { })[..^3], deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);

        var stored = await StoredLetters.ReadAsync(system.Local.StorageConnectionString, deadline.Token);
        Assert.Equal(5, stored.Exports.Count());
        Assert.Equal(6, stored.Records);
        var texts = planted.SelectMany(each => each.Texts).ToList();
        var outside = stored.Blobs.Where(blob => !blob.Key.StartsWith("quarantine/", StringComparison.Ordinal)).Select(blob => blob.Value)
            .Concat(stored.Exports).Concat(stored.Blobs.Keys.Select(Some.Utf8)).Concat(stored.Messages.Select(Some.Utf8)).ToList();
        Assert.All(outside, bytes => Assert.DoesNotContain(texts, text => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0));
        Assert.All(system.Output.Lines, line => Assert.DoesNotContain(texts, text => line.Line.Contains(text, StringComparison.Ordinal)));
        Assert.All(planted[5].Texts, text => Assert.Contains(text, Assert.Single(stored.Quarantined), StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{texts.Count} planted texts looked for in {stored.Blobs.Count} blobs and {outside.Sum(bytes => bytes.Length)} bytes outside the quarantine: none found; in the quarantine: all {planted[5].Texts.Count} of its event."));
    }

    private static int FailuresOf(RunningSystem system, int partition) => system.Outcomes.Count(outcome => outcome.Partition == partition && !outcome.Succeeded);

    private static (byte[] Body, string Id) OldEvent()
    {
        var span = Some.Span();
        span.EndTimeUnixNano -= 7_200_000_000_000;
        return (Some.Request(span).ToByteArray(), span.Id());
    }

    private static byte[] EventWith(Planted planted, Action<Span> change)
    {
        var span = Some.Span();
        span.Attributes.Add(
        [
            Some.Attribute("tfy.input", planted.Prompt),
            Some.Attribute("tfy.output", planted.Completion),
            Some.Attribute("note", $"write to {planted.EmailAddress}"),
        ]);
        change(span);
        var request = Some.Request(span);
        request.ResourceSpans[0].Resource.Attributes.Add(Some.Attribute("Authorization", planted.Token));
        return request.ToByteArray();
    }
}
