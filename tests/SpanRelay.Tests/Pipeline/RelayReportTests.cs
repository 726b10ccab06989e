using SpanRelay.Local.EventHub;
using SpanRelay.Pipeline;

namespace SpanRelay.Tests.Pipeline;

public class RelayReportTests
{
    [Fact]
    public void ItsLogLineCanBeReadBack()
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
        };

        Assert.Equal(
            "partition=3 events=1 undecodable=2 spans=3 delivered=4 setAside=5 expired=13 held=6 undecodableHeld=15 settledBefore=14 requests=7 attributesRemoved=8 unknownFieldsRemoved=9 redactions=content/1,email/2 bytesIn=10 bytesOut=11 oldestSpanSeconds=-12",
            report.ToString());
        Assert.Equal(report.ToString(), RelayReport.Parse($"Forwarded {report}")?.ToString());
    }

    [Fact]
    public void OtherLinesAreNotReports() => Assert.Null(RelayReport.Parse("Held 3 spans, a=b"));
}
