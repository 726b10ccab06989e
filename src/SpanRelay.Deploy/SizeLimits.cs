using System.Globalization;

namespace SpanRelay.Deploy;

/// <summary>Limits that Azure reports only minutes into a deployment. infra/types.bicep has the same ones, for deployments without azd.</summary>
internal static class SizeLimits
{
    private static readonly int[] ProcessingUnits = [1, 2, 4, 8, 12, 16];
    private static readonly int[] MemorySizes = [512, 2048, 4096];
    private static readonly int[] Windows = [0, 5, 15, 30, 60, 360, 720, 1440];

    public static IEnumerable<string> Problems(AzdProject project)
    {
        var values = new Values(project);
        var sku = values.Text("EVENTHUB_SKU");
        if (sku is not ("Standard" or "Premium"))
            return [$"EVENTHUB_SKU takes Standard or Premium. Run: azd env set EVENTHUB_SKU Standard"];
        return new[]
        {
            sku == "Standard" ? values.Range("EVENTHUB_UNITS", 1, 40, "throughput units of Standard") : values.OneOf("EVENTHUB_UNITS", ProcessingUnits, "processing units of Premium"),
            sku == "Standard" ? values.Range("EVENTHUB_MAXIMUM_UNITS", 0, 40, "throughput units of Standard") : null,
            values.Range("EVENTHUB_PARTITIONS", 1, sku == "Standard" ? 32 : 100, $"partitions of a {sku} hub"),
            values.Range("EVENTHUB_RETENTION_HOURS", 1, sku == "Standard" ? 168 : 2160, $"hours that {sku} keeps events"),
            values.Range("APP_MAXIMUM_INSTANCES", 40, 1000, "instances of a Flex Consumption app"),
            values.Range("APP_ALWAYS_READY", 0, 1000, "instances that are always ready"),
            values.OneOf("APP_MEMORY_MB", MemorySizes, "MB of an instance"),
            values.OneOf("NO_EVENTS_MINUTES", Windows, "minutes; 0 is off"),
            values.Range("LOG_RETENTION_DAYS", 30, 730, "days that the log is kept"),
            values.Range("VAULT_SOFT_DELETE_DAYS", 7, 90, "days that a deleted vault is kept"),
        }.OfType<string>();
    }

    private sealed class Values(AzdProject project)
    {
        public string Text(string name) => project.Parameters.ValueOf(name, project);

        public string? Range(string name, int least, int most, string what) =>
            Number(name) is { } number && number >= least && number <= most ? null : Problem(name, $"{least} to {most}", what);

        public string? OneOf(string name, int[] allowed, string what) =>
            Number(name) is { } number && allowed.Contains(number) ? null : Problem(name, string.Join(", ", allowed), what);

        private int? Number(string name) =>
            int.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

        private static string Problem(string name, string allowed, string what) => $"{name} takes {allowed} ({what}). Run: azd env set {name} <number>";
    }
}
