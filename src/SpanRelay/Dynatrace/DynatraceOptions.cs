using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay.Dynatrace;

/// <summary>Where spans are sent, and with which token.</summary>
public sealed record DynatraceOptions
{
    /// <setting name="Dynatrace__Environment" default="required">The environment's id (`abc12345`) or any address of it: web address, OTLP address, Managed, Government or ActiveGate with `/e/{id}`. An unambiguous typing error is corrected, with a warning in the log.</setting>
    public required DynatraceEndpoint Endpoint { get; init; }

    public required TokenOptions Token { get; init; }

    /// <summary>
    /// Certificates to be trusted besides the system's, by this client only: for an ActiveGate with a certificate of its own
    /// or of a private authority. Default: none.
    /// </summary>
    /// <setting name="Dynatrace__CaCertificates">For an ActiveGate with a self-signed certificate or one from a private authority: the path of a PEM file, or the PEM itself. Trusted in addition to the system's certificates, for Dynatrace only.</setting>
    internal CaCertificates CaCertificates { get; init; } = CaCertificates.None;

    /// <summary>Masks secrets in answers; the relay's own options set the one of its redaction policy.</summary>
    internal ResponseMask Mask { get; init; } = ResponseMask.Default;

    public static DynatraceOptions Read(SettingsReader settings) => new()
    {
        Endpoint = ReadEndpoint(settings),
        Token = TokenOptions.Read(settings),
        CaCertificates = ReadCaCertificates(settings),
    };

    private static CaCertificates ReadCaCertificates(SettingsReader settings)
    {
        const string Name = "Dynatrace__CaCertificates";
        if (settings.Text(Name) is not { } text)
            return CaCertificates.None;
        if (CaCertificates.TryRead(text, out var certificates, out var problem))
            return certificates;

        settings.Report(Name, problem);
        return CaCertificates.None;
    }

    private static DynatraceEndpoint ReadEndpoint(SettingsReader settings)
    {
        const string Name = "Dynatrace__Environment";
        var text = settings.Text(Name);
        if (text is null)
            settings.Report(Name, "is missing: give the environment's id (such as abc12345) or its address.");
        else if (DynatraceEndpoint.TryParse(text, out var endpoint, out var problem))
            return WithWarnings(endpoint, settings, Name);
        else
            settings.Report(Name, problem);
        return null!;
    }

    private static DynatraceEndpoint WithWarnings(DynatraceEndpoint endpoint, SettingsReader settings, string name)
    {
        foreach (var correction in endpoint.Corrections)
            settings.Warn(name, correction);
        return endpoint;
    }
}
