using SpanRelay.Ingest;
using SpanRelay.Settings;

namespace SpanRelay.Tests.Ingest;

public class IngestOptionsTests
{
    [Fact]
    public void WithoutSettingsExportsAreRedacted()
    {
        var settings = new SettingsReader([]);
        var options = IngestOptions.Read(settings);

        Assert.Empty(settings.Problems);
        Assert.True(options.Redact);
        Assert.Equal((1_000_000, TimeSpan.FromSeconds(4)), (options.MaxEventBytes, options.SendTimeout));
    }

    [Fact]
    public void EveryProblemIsReportedByName()
    {
        var settings = Settings(
            ("Ingest__Redact", "maybe"), ("Ingest__MaxEventBytes", "2000000"), ("Ingest__SendTimeout", "5"), ("Ingest__Speed", "true"), ("EVENTHUB", "a secret in the wrong place"));
        IngestOptions.Read(settings);

        Assert.Equal(
            [
                "EVENTHUB is no connection string of an Event Hubs namespace, as the Azure portal shows it under Shared access policies. With an identity instead, leave it out and set EVENTHUB__fullyQualifiedNamespace.",
                "Ingest__Redact takes true or false (default: true).",
                "Ingest__MaxEventBytes takes a whole number from 50000 to 1000000 (default: 1000000).",
                "Ingest__SendTimeout takes a time as hh:mm:ss, from 00:00:01 to 00:01:00 (default: 00:00:04).",
                "Ingest__Speed is unknown. Ingest has: Ingest__MaxEventBytes, Ingest__Redact, Ingest__SendTimeout.",
            ],
            settings.Problems);
    }

    private static SettingsReader Settings(params (string Name, string Value)[] values) =>
        new(values.Select(each => KeyValuePair.Create(each.Name, (string?)each.Value)));
}
