namespace SpanRelay.Delivery;

/// <summary>Where spans go, and as whom.</summary>
public sealed record DynatraceOptions
{
    public required DynatraceEndpoint Endpoint { get; init; }

    public required ApiToken ApiToken { get; init; }

    public static DynatraceOptions Read(SettingsReader settings) => new()
    {
        Endpoint = ReadEndpoint(settings),
        ApiToken = ReadToken(settings),
    };

    private static DynatraceEndpoint ReadEndpoint(SettingsReader settings)
    {
        const string Name = "Dynatrace__Environment";
        var text = settings.Text(Name);
        if (text is null)
            settings.Report(Name, "is missing: give the environment's id (such as abc12345) or its address.");
        else if (DynatraceEndpoint.TryParse(text, out var endpoint, out var problem))
            return endpoint;
        else
            settings.Report(Name, problem);
        return null!;
    }

    private static ApiToken ReadToken(SettingsReader settings)
    {
        const string Name = "Dynatrace__ApiToken";
        var text = settings.Text(Name);
        if (text is null)
            settings.Report(Name, "is missing: give a Dynatrace token with the scope openTelemetryTrace.ingest.");
        else if (ApiToken.TryParse(text, out var token, out var problem))
            return token;
        else
            settings.Report(Name, problem);
        return null!;
    }
}
