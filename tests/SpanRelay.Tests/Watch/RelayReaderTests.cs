using SpanRelay.Tests.Doctor;
using SpanRelay.Watch;

namespace SpanRelay.Tests.Watch;

public sealed class RelayReaderTests
{
    [Fact]
    public async Task PartitionsAreReadWithWhatWaitsAndWhoReads()
    {
        using var deadline = new Deadline();
        await using var world = await DoctorWorld.StartAsync(deadline.Token);
        world.Lag(settled: 0, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5));
        world.Hub.Append("b"u8.ToArray(), partition: 0);
        await using var reader = new RelayReader(world.Settings, world.Now, TimeProvider.System);

        var reading = await reader.ReadAsync(deadline.Token);

        Assert.Empty(reading.Problems);
        Assert.Equal((2, 1, 1), (reading.Partitions.Count, reading.Waiting, reading.Readers));
        var (first, second) = (reading.Partitions.Single(each => each.Id == "0"), reading.Partitions.Single(each => each.Id == "1"));
        Assert.Equal((1, 0, "someone", true), (first.Last, first.Settled, first.Owner, first.LastAt is not null));
        Assert.Equal((-1, null, null, null), (second.Last, second.Settled, second.Owner, second.LastAt));
        Assert.Empty(reading.OldestWaiting);
    }

    [Fact]
    public async Task WhereNobodyReadsTheOldestEventIsLookedAtOnceUntilItIsSettled()
    {
        using var deadline = new Deadline();
        await using var world = await DoctorWorld.StartAsync(deadline.Token);
        world.Lag(settled: null, default, ownerAge: null);
        await using var reader = new RelayReader(world.Settings, world.Now, TimeProvider.System);

        var first = Assert.Single((await reader.ReadAsync(deadline.Token)).OldestWaiting);
        world.Hub.Append("b"u8.ToArray(), partition: 0);
        var again = Assert.Single((await reader.ReadAsync(deadline.Token)).OldestWaiting);

        Assert.Equal(("0", first.Value), (again.Key, again.Value));
    }

    [Fact]
    public async Task DeadLettersAreCountedByCauseAndOpenIncidentsHaveANextStep()
    {
        using var deadline = new Deadline();
        await using var world = await DoctorWorld.StartAsync(deadline.Token);
        var since = world.Now.AddMinutes(-1);
        world.AddLetter("not-otlp", "0-1-a", "Unreadable");
        world.AddLetter("too-large", "0-2-b", "Rejected");
        world.AddLetter("too-large", "0-3-c", "Rejected");
        world.AddLetter("token-expired", "incident-0001-401", "Incident");
        world.AddLetter("dns-name-not-found", "incident-0001-dns", "Incident");
        world.AddLetter("dns-name-not-found", "incident-0001-dns-over", "Incident");
        world.Storage.Messages["dead-letters"] = 7;
        world.Storage.Messages["dead-letters-poison"] = 2;
        await using var reader = new RelayReader(world.Settings, since, TimeProvider.System);

        var reading = await reader.ReadAsync(deadline.Token);

        Assert.Empty(reading.Problems);
        Assert.Equal([("not-otlp", 1), ("too-large", 2)], reading.Letters!.ByCause.Select(each => (each.Key, each.Value)));
        Assert.Equal((3, 3, 1, 3), (reading.Letters.Total, reading.Letters.Spans, reading.Letters.Quarantined, reading.Letters.Newest.Count));
        Assert.Equal((7, 2), (reading.Unrecorded, reading.Poison));
        var incident = Assert.Single(reading.Incidents);
        Assert.Equal("token-expired", incident.Cause);
        Assert.Equal($"spanrelay dead-letters show {incident.Id}", incident.NextStep); // The stand-in has no record to read.
    }

    [Fact]
    public async Task DeadLettersFromBeforeAreNotCountedAndTheirIncidentsAre()
    {
        using var deadline = new Deadline();
        await using var world = await DoctorWorld.StartAsync(deadline.Token);
        world.AddLetter("too-large", "0-2-b", "Rejected");
        world.AddLetter("token-expired", "incident-0001-401", "Incident");
        await using var reader = new RelayReader(world.Settings, world.Now.AddMinutes(1), TimeProvider.System);

        var reading = await reader.ReadAsync(deadline.Token);

        Assert.Equal((0, 1), (reading.Letters!.Total, reading.Incidents.Count));
    }

    [Fact]
    public async Task AHubThatRefusesTheLoginIsAProblemWithANextStepAndDeadLettersAreReadAllTheSame()
    {
        using var deadline = new Deadline();
        await using var world = await DoctorWorld.StartAsync(deadline.Token);
        world.Settings["EVENTHUB"] = world.HubServer.ConnectionString.Replace("SharedAccessKey=", "SharedAccessKey=x", StringComparison.Ordinal);
        await using var reader = new RelayReader(world.Settings, world.Now, TimeProvider.System);

        var reading = await reader.ReadAsync(deadline.Token);

        Assert.Empty(reading.Partitions);
        Assert.NotNull(reading.Letters);
        Assert.Equal("event hub", Assert.Single(reading.Problems).Check);
        Assert.NotNull(reading.Problems[0].NextStep);
    }

    [Fact]
    public async Task AStorageAccountThatFailsIsAProblemOfBoth()
    {
        using var deadline = new Deadline();
        await using var world = await DoctorWorld.StartAsync(deadline.Token);
        world.Storage.Refuses = _ => 403;
        await using var reader = new RelayReader(world.Settings, world.Now, TimeProvider.System);

        var reading = await reader.ReadAsync(deadline.Token);

        Assert.Equal(["lag", "dead letters"], reading.Problems.Select(problem => problem.Check));
        Assert.All(reading.Problems, problem => Assert.NotNull(problem.NextStep));
    }

    [Fact]
    public async Task WithoutSettingsItSaysWhichAreMissing()
    {
        using var deadline = new Deadline();
        await using var reader = new RelayReader([], DateTimeOffset.UnixEpoch, TimeProvider.System);

        var reading = await reader.ReadAsync(deadline.Token);

        Assert.Equal(["event hub", "dead letters"], reading.Problems.Select(problem => problem.Check));
        Assert.Contains("EVENTHUB_NAME", reading.Problems[0].NextStep, StringComparison.Ordinal);
    }
}
