using SpanRelay.GenAi.Metrics;
using SpanRelay.Local.Host;
using SpanRelay.Otlp;
using SpanRelay.Sending;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay.Tests;

public class RelayOptionsTests
{
    [Fact]
    public void LittleNeedsToBeSet()
    {
        var settings = Settings(("Dynatrace__Environment", "abc12345"), ("Dynatrace__ApiToken", Some.Token));

        var options = RelayOptions.Read(settings);

        Assert.Empty(settings.Problems);
        Assert.True(options.Redaction.Policy.ExcludeRequestData);
        Assert.Equal(4_000_000, options.MaxRequestBytes);
        Assert.True(options.ResourceAttributes.IsEmpty);
        Assert.True(options.GenAi.Normalize);
    }

    [Fact]
    public void EverythingCanBeSetInEitherSpelling()
    {
        var settings = Settings(
            ("Dynatrace:Environment", "abc12345"),
            ("DYNATRACE__APITOKEN", Some.Token),
            ("Redaction__ExcludeRequestData", "False"),
            ("GenAi__Normalize", "false"),
            ("Relay__MaxRequestBytes", " 10000 "),
            ("Relay__MaxSpanAge", "00:30:00"),
            ("Relay__RetryBudget", "00:01:00"),
            ("Relay__AttemptTimeout", "00:00:20"),
            ("Relay__MaxParallelRequests", "1"),
            ("Relay__ResourceAttributes", "a=b,c=d%2Ce"));

        var options = RelayOptions.Read(settings);

        Assert.Empty(settings.Problems);
        Assert.False(options.Redaction.Policy.ExcludeRequestData);
        Assert.False(options.GenAi.Normalize);
        Assert.Equal(10_000, options.MaxRequestBytes);
        Assert.False(options.ResourceAttributes.IsEmpty);
        Assert.Equal(TimeSpan.FromMinutes(30), options.MaxSpanAge);
        Assert.Equal(TimeSpan.FromMinutes(1), options.RetryBudget);
        Assert.Equal(TimeSpan.FromSeconds(20), options.AttemptTimeout);
        Assert.Equal(1, options.MaxParallelRequests);
    }

    [Fact]
    public void MetricsAreOffUntilTheyAreAskedFor()
    {
        var off = RelayOptions.Read(Settings(("Dynatrace__Environment", "abc12345"), ("Dynatrace__ApiToken", Some.Token), ("GenAi__MetricsByTeam", "true")));
        var on = RelayOptions.Read(Settings(
            ("Dynatrace__Environment", "abc12345"), ("Dynatrace__ApiToken", Some.Token), ("GenAi__Metrics", "true"), ("GenAi__MetricsByTeam", "true"), ("GenAi__MetricsMaxLabelSets", "20")));

        Assert.Null(off.Metrics);
        Assert.False(off.Dynatrace.Token.SendsMetrics);
        Assert.Equal(new MetricsOptions { ByTeam = true, MaxLabelSets = 20 }, on.Metrics);
        Assert.True(on.Dynatrace.Token.SendsMetrics);
    }

    [Theory]
    [InlineData("GenAi__Metrics", "yes", "GenAi__Metrics takes true or false (default: false).")]
    [InlineData("GenAi__MetricsMaxLabelSets", "0", "GenAi__MetricsMaxLabelSets takes a whole number from 1 to 10000 (default: 1000).")]
    [InlineData("Relay__MaxSpanAge", "58", "Relay__MaxSpanAge takes a time as hh:mm:ss, from 00:01:00 to 00:59:00 (default: 00:58:00).")]
    [InlineData("Relay__MaxSpanAge", "01:00:00", "Relay__MaxSpanAge takes a time as hh:mm:ss, from 00:01:00 to 00:59:00 (default: 00:58:00).")]
    [InlineData("Relay__RetryBudget", "00:00:01", "Relay__RetryBudget takes a time as hh:mm:ss, from 00:00:10 to 00:05:00 (default: 00:00:45).")]
    [InlineData("Relay__AttemptTimeout", "soon", "Relay__AttemptTimeout takes a time as hh:mm:ss, from 00:00:01 to 00:01:00 (default: 00:00:15).")]
    [InlineData("Relay__MaxParallelRequests", "0", "Relay__MaxParallelRequests takes a whole number from 1 to 32 (default: 4).")]
    [InlineData("Relay__RetryBudget", "00:02:00", "Relay__MaxSpanAge and Relay__RetryBudget must stay below 60 minutes together: otherwise a span could pass Dynatrace's limit while its request is retried, and Dynatrace would silently drop it.")]
    public void TimesAndCountsHaveTheirLimits(string name, string value, string problem)
    {
        var settings = Settings(("Dynatrace__Environment", "abc12345"), ("Dynatrace__ApiToken", Some.Token), (name, value));

        RelayOptions.Read(settings);

        Assert.Equal([problem], settings.Problems);
    }

    [Fact]
    public void TheLongestBudgetStaysBelowTheFunctionsTimeout()
    {
        using var host = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")));

        var timeout = TimeSpan.Parse(host.RootElement.GetProperty("functionTimeout").GetString()!, System.Globalization.CultureInfo.InvariantCulture);

        Assert.True(SpanRelay.Sending.RetryBudget.Longest <= timeout / 2);
    }

    [Fact]
    public void ACorrectedEnvironmentIsAWarningByItsName()
    {
        var settings = Settings(("Dynatrace__Environment", "https://abc12345.live.apps.dynatrace.com"), ("Dynatrace__ApiToken", Some.Token));

        RelayOptions.Read(settings);

        Assert.Empty(settings.Problems);
        Assert.Equal(
            ["Dynatrace__Environment is read as https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces: abc12345.live.apps.dynatrace.com is no host of Dynatrace's."],
            settings.Warnings);
    }

    [Fact]
    public void EveryProblemIsReportedAtOnceByTheSettingsNameAndWithoutItsValue()
    {
        var settings = Settings(
            ("Dynatrace__Environment", "http://abc12345.live.dynatrace.com"),
            ("Dynatrace__ApiToken", "hunter2"),
            ("Dynatrace__Token", Some.Token),
            ("Redaction__ExcludeRequestData", "hunter2"),
            ("Relay__MaxRequestBytes", "8000001"),
            ("Relay__ResourceAttributes", "a=b,hunter2"),
            ("GenAi__Normalized", "true"),
            ("Unrelated__Name", "x"));

        RelayOptions.Read(settings);

        Assert.Equal(
            [
                "Dynatrace__Environment must be an https address: spans and the token would travel in the open.",
                "Dynatrace__ApiToken is not a Dynatrace token: those start with dt0c01. (access token) or dt0s16. (platform token).",
                "Redaction__ExcludeRequestData takes true or false (default: true).",
                "Relay__MaxRequestBytes takes a whole number from 10000 to 8000000 (default: 4000000).",
                "Relay__ResourceAttributes takes key=value,key=value: pair 2 is not of the form key=value.",
                "Dynatrace__Token is unknown. Dynatrace has: Dynatrace__ApiToken, Dynatrace__CaCertificates, Dynatrace__Environment, Dynatrace__RotationTokenSecretUri, Dynatrace__TokenLifetimeDays, Dynatrace__TokenOverlap, Dynatrace__TokenRefresh, Dynatrace__TokenSecretUri.",
                "GenAi__Normalized is unknown. GenAi has: GenAi__Metrics, GenAi__MetricsByTeam, GenAi__MetricsMaxLabelSets, GenAi__Normalize.",
            ],
            settings.Problems);
    }

    [Fact]
    public void MissingSettingsAreReported()
    {
        var settings = Settings(("Dynatrace__Environment", "  "));

        RelayOptions.Read(settings);

        Assert.Equal(
            [
                "Dynatrace__Environment is missing: give the environment's id (such as abc12345) or its address.",
                "Dynatrace__TokenSecretUri is missing: give the identifier of the Key Vault secret that holds the Dynatrace token, or, for local use, the token itself in Dynatrace__ApiToken.",
            ],
            settings.Problems);
    }

    private static SettingsReader Settings(params (string Name, string Value)[] values) =>
        new(values.Select(each => KeyValuePair.Create(each.Name, (string?)each.Value)));
}
