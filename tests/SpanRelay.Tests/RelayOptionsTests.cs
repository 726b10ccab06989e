namespace SpanRelay.Tests;

public class RelayOptionsTests
{
    [Fact]
    public void LittleNeedsToBeSet()
    {
        var settings = Settings(("Dynatrace__Environment", "abc12345"), ("Dynatrace__ApiToken", Some.Token));

        var options = RelayOptions.Read(settings);

        Assert.Empty(settings.Problems);
        Assert.Equal((true, 4_000_000, true), (options.Redaction.ExcludeRequestData, options.MaxRequestBytes, options.ResourceAttributes.IsEmpty));
    }

    [Fact]
    public void EverythingCanBeSetInEitherSpelling()
    {
        var settings = Settings(
            ("Dynatrace:Environment", "abc12345"),
            ("DYNATRACE__APITOKEN", Some.Token),
            ("Redaction__ExcludeRequestData", "False"),
            ("Relay__MaxRequestBytes", " 10000 "),
            ("Relay__ResourceAttributes", "a=b,c=d%2Ce"));

        var options = RelayOptions.Read(settings);

        Assert.Empty(settings.Problems);
        Assert.Equal((false, 10_000, false), (options.Redaction.ExcludeRequestData, options.MaxRequestBytes, options.ResourceAttributes.IsEmpty));
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
            ("Unrelated__Name", "x"));

        RelayOptions.Read(settings);

        Assert.Equal(
            [
                "Dynatrace__Environment must be an https address: spans and the token would travel in the open.",
                "Dynatrace__ApiToken is not a Dynatrace token: those start with dt0c01. (access token) or dt0s16. (platform token).",
                "Redaction__ExcludeRequestData takes true or false.",
                "Relay__MaxRequestBytes takes a whole number from 10000 to 8000000.",
                "Relay__ResourceAttributes takes key=value,key=value: pair 2 is not of the form key=value.",
                "Dynatrace__Token is not a setting. Dynatrace has: Dynatrace__ApiToken, Dynatrace__Environment.",
            ],
            settings.Problems);
    }

    [Fact]
    public void WhatIsMissingIsSaid()
    {
        var settings = Settings(("Dynatrace__Environment", "  "));

        RelayOptions.Read(settings);

        Assert.Equal(
            [
                "Dynatrace__Environment is missing: give the environment's id (such as abc12345) or its address.",
                "Dynatrace__ApiToken is missing: give a Dynatrace token with the scope openTelemetryTrace.ingest.",
            ],
            settings.Problems);
    }

    private static SettingsReader Settings(params (string Name, string Value)[] values) =>
        new(values.Select(each => KeyValuePair.Create(each.Name, (string?)each.Value)));
}
