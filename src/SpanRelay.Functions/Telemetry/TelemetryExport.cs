using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SpanRelay.Settings;
using SpanRelay.Telemetry;
using SpanRelay.Tokens;

namespace SpanRelay.Functions.Telemetry;

/// <summary>
/// Exports the relay's metrics and traces. Logs are not exported here, and the worker does not say that it does (the package
/// Microsoft.Azure.Functions.Worker.OpenTelemetry would): the host writes them, once, under the names that the alerts match.
/// </summary>
internal static class TelemetryExport
{
    // The worker's own: one span for each invocation, under the host's.
    private const string Invocations = "Microsoft.Azure.Functions.Worker";

    public static void AddTelemetry(this IServiceCollection services, TelemetryOptions options, SettingsReader settings)
    {
        if (!options.HasMetrics && !options.HasTraces)
            return;

        var credential = options.ClientId is { } id ? AzureLogin.Create(settings, id.Length == 0 ? null : id) : null;
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource
            .AddService(options.ServiceName, serviceVersion: typeof(RelayTelemetry).Assembly.GetName().Version?.ToString(3), serviceInstanceId: options.InstanceId));
        if (options.HasMetrics)
            telemetry.WithMetrics(metrics => AddMetrics(metrics, options, credential));
        if (options.HasTraces)
            telemetry.WithTracing(traces => AddTraces(traces, options, credential));
    }

    private static void AddMetrics(MeterProviderBuilder metrics, TelemetryOptions options, TokenCredential? credential)
    {
        metrics.AddMeter(RelayTelemetry.Name);
        if (options.ConnectionString is not null)
            metrics.AddAzureMonitorMetricExporter(azure => Configure(azure, options), credential);
        if (options.MetricsByOtlp)
            metrics.AddOtlpExporter((_, reader) => reader.TemporalityPreference = options.IsDelta ? MetricReaderTemporalityPreference.Delta : reader.TemporalityPreference);
    }

    private static void AddTraces(TracerProviderBuilder traces, TelemetryOptions options, TokenCredential? credential)
    {
        traces.AddSource(RelayTelemetry.Name, Invocations);
        if (options.ConnectionString is not null)
            traces.AddAzureMonitorTraceExporter(azure => Configure(azure, options), credential);
        if (options.TracesByOtlp)
            traces.AddOtlpExporter();
    }

    private static void Configure(AzureMonitorExporterOptions azure, TelemetryOptions options)
    {
        azure.ConnectionString = options.ConnectionString;
        azure.DisableOfflineStorage = true; // Nothing that the app knows is left on an instance's disk.
    }
}
