using Google.Protobuf;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Whatever the storage account does, only what had to go there is held.</summary>
public sealed class StorageFaultTests
{
    [Fact]
    public async Task WhileTheAccountFailsTheNeighborsAreDeliveredAtTheFirstAttemptAndOnce()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(20));
        await using var storage = await ProxiedStorage.StartAsync(deadline.Token);
        await using var running = await RunningWorker.StartAsync(storage.Settings["AzureWebJobsStorage"], deadline.Token);
        var letters = 0;
        foreach (var fault in StorageFault.All)
        {
            var (bodies, good) = Batch();
            var before = running.DeliveredIds.Count();

            storage.Fault = _ => fault;
            var failed = await running.InvokeAsync(bodies, RunningWorker.Metadata(bodies), deadline.Token);
            var delivered = running.DeliveredIds.Skip(before).ToList();
            storage.Fault = null;
            var succeeded = await running.InvokeAsync(bodies, RunningWorker.Metadata(bodies), deadline.Token);
            var stored = await storage.ReadAllAsync(deadline.Token);
            letters += 2;

            Assert.True(failed.Result.Status == StatusResult.Types.Status.Failure, fault.Name);
            Assert.Equal(good.Order(), delivered.Order());
            Assert.True(succeeded.Result.Status == StatusResult.Types.Status.Success, fault.Name);
            Assert.Equal(before + good.Count, running.DeliveredIds.Count());
            Assert.Equal(letters, stored.Exports.Count() + stored.Quarantined.Count());
            TestContext.Current.TestOutputHelper!.WriteLine($"{fault.Name}: {delivered.Count} of {good.Count} neighbors delivered at the first attempt, 2 dead letters at the second.");
        }
    }

    private static (byte[][] Bodies, List<string> Good) Batch()
    {
        var (old, living) = (Some.Span(), Some.Span());
        old.EndTimeUnixNano -= 7_200_000_000_000;
        var (first, last) = (Some.Event(), Some.Event());
        return ([first.Body, Some.Utf8($"no export {Guid.NewGuid()}"), Some.Request(old, living).ToByteArray(), last.Body], [first.SpanId, living.Id(), last.SpanId]);
    }
}
