using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Local.EventHub;

namespace SpanRelay.Tests.DeadLetters;

public sealed class RecordSummaryTests
{
    private static readonly RecordSummary Letter = new()
    {
        Cause = "token-lacks-scope",
        Reason = DeadLetterReason.Rejected,
        At = new DateTimeOffset(2026, 5, 4, 10, 20, 30, 123, TimeSpan.FromHours(2)),
        Spans = 12_345,
        Services = ["chat, api", "größer=100%", "plain"],
        Partition = "3",
        ReplayableUntil = new DateTimeOffset(2026, 5, 4, 9, 18, 30, TimeSpan.Zero),
    };

    [Fact]
    public void MetadataRoundTrips()
    {
        var read = RecordSummary.FromMetadata(Letter.ToMetadata());

        Assert.NotNull(read);
        Assert.Equal(Letter.Services, read.Services);
        Assert.Equal(Letter, read with { Services = Letter.Services });
    }

    [Fact]
    public void AnIncidentHasNoReasonAndNothingToReplay()
    {
        var incident = new RecordSummary { Cause = "token-expired", Reason = null, At = Letter.At };

        var metadata = incident.ToMetadata();

        Assert.Equal("Incident", metadata["reason"]);
        Assert.DoesNotContain("replayableuntil", metadata.Keys);
        var read = RecordSummary.FromMetadata(metadata);
        Assert.Null(Assert.IsType<RecordSummary>(read).Reason);
    }

    [Fact]
    public void MetadataGoesThroughHeadersHoweverManyAndOddTheServices()
    {
        var letter = Letter with { Services = [.. Enumerable.Range(0, 500).Select(i => $"dienst\r\n{i} 東京")] };

        var metadata = letter.ToMetadata();

        Assert.All(metadata.Values, value => Assert.True(value.Length > 0 && value.All(c => c is > ' ' and < (char)127), value));
        Assert.True(metadata.Sum(each => each.Key.Length + each.Value.Length) < 8_000);
        Assert.Equal("dienst 0 東京", RecordSummary.FromMetadata(metadata)!.Services[0]);
    }

    [Theory]
    [InlineData("cause")]
    [InlineData("reason")]
    [InlineData("at")]
    public void MetadataWithoutARequiredEntryIsNoSummary(string missing)
    {
        var metadata = Letter.ToMetadata();
        metadata.Remove(missing);

        Assert.Null(RecordSummary.FromMetadata(metadata));
    }
}
