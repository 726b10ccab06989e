namespace SpanRelay.Infrastructure.Tests.Documents;

public sealed class CostsTests
{
    private const double Hours = 730;
    private const double Seconds = Hours * 3600;
    private const double ExecutionsAPartition = 5;
    private const double BytesALine = 1_000;
    private const double Alerts = 5;

    private static readonly Dictionary<string, double> Prices =
        DocumentTable.Rows("docs/costs.md", "| what | price |").ToDictionary(row => row[0], row => DocumentTable.Number(row[1]));

    [Fact]
    public void EveryRowIsWhatThePricesGive()
    {
        foreach (var row in DocumentTable.Rows("docs/costs.md", "| | spans/s |"))
        {
            var load = new Capacity(DocumentTable.Number(row[1]));
            var gigabytes = DocumentTable.Number(row[2]);
            var made = new Capacity(2 * load.SpansASecond);
            var executions = Math.Min(load.Events, made.Partitions * ExecutionsAPartition);

            var hub = made.Units * Hours * Price("Event Hubs Standard, throughput unit") + load.Events * Seconds / 1e6 * Price("Event Hubs Standard, a million events");
            var app = load.Instances * gigabytes * Seconds * Price("Flex Consumption, on demand") + executions * Seconds / 1e6 * Price("Flex Consumption, a million");
            var storage = (executions * Seconds + made.Partitions * Seconds / 30) / 1e4 * Price("Storage");
            var log = executions * Seconds * BytesALine / 1e9 * Price("Log Analytics");

            Assert.Equal(row[3..], new[] { made.Units, made.Partitions, load.Instances, executions, hub, app, storage, log, Alerts, hub + app + storage + log + Alerts }.Select(each => DocumentTable.Text(each)));
        }
    }

    private static double Price(string what) => Prices.Single(price => price.Key.StartsWith(what, StringComparison.Ordinal)).Value;
}
