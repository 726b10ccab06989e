// The local system under Aspire: its output, and the metrics and traces of the relay itself, are in Aspire's dashboard.
var builder = DistributedApplication.CreateBuilder(args);

builder.AddExecutable("spanrelay", "dotnet", "../..", "run", "--project", "src/SpanRelay.Cli", "--", "run")
    .WithOtlpExporter()
    .WithEnvironment("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "cumulative"); // The relay's default is what Dynatrace takes.

await builder.Build().RunAsync();
