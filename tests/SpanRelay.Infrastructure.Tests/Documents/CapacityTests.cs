using SpanRelay.Infrastructure.Tests.Templates;
using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Documents;

public sealed class CapacityTests
{
    [Fact]
    public void EveryRowIsWhatTheFormulaGives()
    {
        var rows = DocumentTable.Rows("docs/capacity.md", "| spans/s |");

        Assert.Equal(1_000_000, rows.Max(row => DocumentTable.Number(row[0])));
        foreach (var row in rows)
        {
            var load = new Capacity(DocumentTable.Number(row[0]));
            Assert.Equal(row[1..], new[]
            {
                DocumentTable.Text(load.Megabytes, "N1"),
                DocumentTable.Text(load.Events),
                $"{load.Units} {(load.IsStandard ? "TU" : "PU")}",
                DocumentTable.Text(load.Namespaces),
                DocumentTable.Text(load.Partitions),
                DocumentTable.Text(load.Instances),
            });
        }
    }

    [Fact]
    public void WhatIsPlannedIsLessThanHalfOfWhatWasMeasured()
    {
        var measured = DocumentTable.Rows("docs/capacity.md", "| bytes a span");

        Assert.All(measured, row => Assert.True(DocumentTable.Number(row[1]) > 2 * Capacity.SpansAnInstance, row[1]));
    }

    /// <summary>The default takes what the first rows need.</summary>
    [Fact]
    public void TheDefaultIsEnoughForThousandsOfSpansASecond()
    {
        var hub = Deployment.Read("default").Properties("Microsoft.EventHub/namespaces");
        var load = new Capacity(6_000);

        Assert.Equal(load.Units, hub["maximumThroughputUnits"]!.GetValue<int>());
        Assert.True(Deployment.Read("default").Properties("Microsoft.EventHub/namespaces/eventhubs")["partitionCount"]!.GetValue<int>() >= load.Partitions);
    }
}
