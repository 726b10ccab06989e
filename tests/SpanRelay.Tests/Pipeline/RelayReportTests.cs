using SpanRelay.Pipeline;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Pipeline;

public class RelayReportTests
{
    [Fact]
    public void ItsLogLineIsReadBack()
    {
        var report = new RelayReport
        {
            Partition = "3",
            Events = 1,
            UndecodableEvents = 2,
            Spans = 3,
            SpansDelivered = 4,
            SpansDeadLettered = 5,
            SpansHeld = 6,
            Requests = 7,
            AttributesRemoved = 8,
            UnknownFieldsRemoved = 9,
            BytesIn = 10,
            BytesOut = 11,
            OldestSpanSeconds = -12,
            Redactions = { ["email"] = 2, ["content"] = 1 },
            SpansExpired = 13,
            SpansSettledBefore = 14,
            UndecodableHeld = 15,
            EventsRead = 21,
            UndecodableSettledBefore = 22,
            Savings = { ["gateway"] = new Savings { Received = 16, Content = 17, Credentials = 18, UnknownFields = 19, Policy = 20 } },
        };

        Assert.Equal(
            """Forwarded {"partition":"3","events":1,"eventsRead":21,"undecodableEvents":2,"spans":3,"spansDelivered":4,"spansDeadLettered":5,"spansExpired":13,"spansHeld":6,"undecodableHeld":15,"undecodableSettledBefore":22,"spansSettledBefore":14,"requests":7,"attributesRemoved":8,"unknownFieldsRemoved":9,"redactions":{"content":1,"email":2},"bytesIn":10,"bytesOut":11,"savings":{"gateway":{"received":16,"content":17,"credentials":18,"unknownFields":19,"policy":20}},"oldestSpanSeconds":-12}""",
            report.ToString());
        Assert.True(RelayReport.TryParse($"info: {report}", out var parsed));
        Assert.Equal(report.ToString(), parsed.ToString());
    }

    [Fact]
    public void TheRuleNamesOfAParsedReportStaySorted()
    {
        Assert.True(RelayReport.TryParse("""Forwarded {"redactions":{"b":1,"a":2}}""", out var report));

        report.Add(new RelayReport { Redactions = { ["c"] = 1, ["a"] = 1 } });

        Assert.Equal(["a", "b", "c"], report.Redactions.Keys);
        Assert.Equal(3, report.Redactions["a"]);
    }

    [Fact]
    public void OfManyServicesMostAreCountedTogether()
    {
        var report = new RelayReport();
        for (var service = 0; service < 1_000; service++)
            report.NoteSavings($"service {service}", 10, new WithheldBytes(1, 2, 3, 4));

        var total = new RelayReport();
        total.Add(report);

        Assert.Equal(33, report.Savings.Count);
        Assert.Equal(9_680, report.Savings["(other)"].Received);
        Assert.InRange(total.Savings.Count, 1, 33);
        Assert.Equal(10_000, total.Savings.Values.Sum(each => each.Received));
        Assert.Equal(4_000, total.Savings.Values.Sum(each => each.Policy));
    }

    [Fact]
    public void AHeldBatchSaysNothingOfItsCauseInItsCounts()
    {
        var report = new RelayReport { SpansHeld = 1 };

        Assert.DoesNotContain("reasonHeld", report.ToJson(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("isSettled", report.ToJson(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("isBalanced", report.ToJson(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Held 3 spans, a=b")]
    [InlineData("Forwarded 3 spans")]
    [InlineData("Forwarded {")]
    [InlineData("Forwarded {\"spans\":\"three\"}")]
    [InlineData("Forwarded {\"spans\":1} and more")]
    [InlineData("Forwarded {\"spans\":99999999999999999999}")]
    public void OtherLinesAreNotReports(string line) => Assert.False(RelayReport.TryParse(line, out _));
}
