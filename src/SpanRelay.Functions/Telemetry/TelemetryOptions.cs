using SpanRelay.Settings;

namespace SpanRelay.Functions.Telemetry;

/// <summary>Where the app's own metrics and traces go: nowhere, unless a setting says so. The names are those of Azure and of OpenTelemetry.</summary>
internal sealed record TelemetryOptions
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Of Application Insights; null for none.</summary>
    /// <setting name="APPLICATIONINSIGHTS_CONNECTION_STRING">Where [metrics and traces of the relay](metrics.md) go in Azure, and the logs of the Functions host.</setting>
    public string? ConnectionString { get; init; }

    /// <summary>Application Insights takes what an identity signs; its client id, or empty for the app's.</summary>
    /// <setting name="APPLICATIONINSIGHTS_AUTHENTICATION_STRING">`Authorization=AAD`, with `ClientId=…;` before it for an identity other than the app's own: Application Insights then takes what the identity signs.</setting>
    public string? ClientId { get; init; }

    /// <setting name="OTEL_EXPORTER_OTLP_ENDPOINT">An OTLP receiver's address, for the relay's own metrics and traces. Not one from which they come back to this app.</setting>
    /// <setting name="OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT">The same for one of the signals, with its path.</setting>
    /// <setting name="OTEL_EXPORTER_OTLP_HEADERS" read-by="OpenTelemetry's exporter">Headers for it, such as `Authorization=Api-Token …`. A secret: store it as a Key Vault reference.</setting>
    /// <setting name="OTEL_EXPORTER_OTLP_PROTOCOL" default="`grpc`" read-by="OpenTelemetry's exporter">`grpc` or `http/protobuf`. Dynatrace takes `http/protobuf` only.</setting>
    public bool MetricsByOtlp { get; init; }

    public bool TracesByOtlp { get; init; }

    /// <setting name="OTEL_METRICS_EXPORTER, OTEL_TRACES_EXPORTER" default="`otlp`">`none` turns the signal off.</setting>
    /// <setting name="OTEL_SDK_DISABLED" default="`false`">`true` turns both off.</setting>
    public bool HasMetrics { get; init; }

    public bool HasTraces { get; init; }

    /// <summary>As OpenTelemetry's variable says; delta where it is not set, the only one that Dynatrace takes.</summary>
    /// <setting name="OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE" default="delta, the only one that Dynatrace takes">`cumulative` for a receiver that needs it.</setting>
    public bool IsDelta { get; init; } = true;

    /// <setting name="OTEL_SERVICE_NAME" default="the function app's name, or `spanrelay`">The name of the service in metrics and traces.</setting>
    /// <setting name="WEBSITE_SITE_NAME" set-by="Azure">The function app's name.</setting>
    public string ServiceName { get; init; } = "spanrelay";

    /// <summary>The host's id of this instance; null where it has none.</summary>
    /// <setting name="WEBSITE_INSTANCE_ID" set-by="Azure">Tells the instances of the app apart in metrics and traces.</setting>
    public string? InstanceId { get; init; }

    public static TelemetryOptions Read(SettingsReader settings)
    {
        if (string.Equals(settings.Text("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
            return new TelemetryOptions();

        var azure = settings.Text("APPLICATIONINSIGHTS_CONNECTION_STRING");
        var metrics = IsOn(settings, "OTEL_METRICS_EXPORTER");
        var traces = IsOn(settings, "OTEL_TRACES_EXPORTER");
        var everywhere = HasAddress(settings, Endpoint);
        var options = new TelemetryOptions
        {
            ConnectionString = azure,
            ClientId = ReadClientId(settings.Text("APPLICATIONINSIGHTS_AUTHENTICATION_STRING")),
            MetricsByOtlp = metrics && (HasAddress(settings, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT") | everywhere),
            TracesByOtlp = traces && (HasAddress(settings, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") | everywhere),
            IsDelta = settings.Text("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE") is null,
            ServiceName = settings.Text("OTEL_SERVICE_NAME") ?? settings.Text("WEBSITE_SITE_NAME") ?? "spanrelay",
            InstanceId = settings.Text("WEBSITE_INSTANCE_ID"),
        };
        return options with
        {
            HasMetrics = options.MetricsByOtlp || (metrics && azure is not null),
            HasTraces = options.TracesByOtlp || (traces && azure is not null),
        };
    }

    private static bool IsOn(SettingsReader settings, string exporter) =>
        !string.Equals(settings.Text(exporter), "none", StringComparison.OrdinalIgnoreCase);

    /// <summary>An address that leads back here is a problem: each batch makes a trace, which would be in the next batch.</summary>
    private static bool HasAddress(SettingsReader settings, string name)
    {
        if (settings.Text(name) is not { } text)
            return false;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            settings.Report(name, "takes an address that starts with http:// or https://.");
        else if (settings.Text("WEBSITE_HOSTNAME") is { } own && string.Equals(address.Authority, own, StringComparison.OrdinalIgnoreCase))
            settings.Report(name, "is the app's own address: each of its traces would make another. Name another receiver.");
        return true;
    }

    /// <summary>Such as <c>ClientId=…;Authorization=AAD</c>.</summary>
    private static string? ReadClientId(string? text)
    {
        var parts = (text ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return parts.Contains("Authorization=AAD", StringComparer.OrdinalIgnoreCase)
            ? parts.FirstOrDefault(part => part.StartsWith("ClientId=", StringComparison.OrdinalIgnoreCase))?["ClientId=".Length..] ?? ""
            : null;
    }
}
