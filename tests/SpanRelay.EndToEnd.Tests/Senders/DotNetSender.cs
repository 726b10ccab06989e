using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SpanRelay.Local.EventHub;

namespace SpanRelay.EndToEnd.Tests.Senders;

/// <summary>OpenTelemetry's .NET SDK and OTLP exporter.</summary>
internal static class DotNetSender
{
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(60);

    /// <returns>The ids of the spans, in hex.</returns>
    public static Task<IReadOnlyList<string>> SendAsync(RunningSystem system, Planted planted, int spans) =>
        // The SDK's flush blocks.
        Task.Run<IReadOnlyList<string>>(() => Send(exporter => Configure(exporter, system), planted, spans));

    /// <summary>Sends to the OTLP address. The exporter writes protobuf; it offers no JSON.</summary>
    /// <returns>The ids of the spans, in hex.</returns>
    public static Task<IReadOnlyList<string>> IngestAsync(RunningSystem system, Planted planted, int spans, bool gzip) =>
        Task.Run<IReadOnlyList<string>>(() => Send(exporter => ConfigureIngest(exporter, system, gzip), planted, spans));

    private static List<string> Send(Action<OtlpExporterOptions> configure, Planted planted, int spans)
    {
        using var source = new ActivitySource($"gateway-{Guid.NewGuid()}");
        using var provider = Sdk.CreateTracerProviderBuilder()
            .SetSampler(new AlwaysOnSampler())
            .AddSource(source.Name)
            .ConfigureResource(resource => resource.AddAttributes(
            [
                new KeyValuePair<string, object>("service.name", "tfy-llm-gateway"),
                new KeyValuePair<string, object>("Authorization", $"Bearer {planted.Token}"),
            ]))
            .AddOtlpExporter(configure)
            .Build();
        List<string> ids = [.. Enumerable.Range(0, spans).Select(_ => MakeSpan(source, planted))];
        Assert.True(provider.ForceFlush((int)FlushTimeout.TotalMilliseconds), "OpenTelemetry's .NET exporter failed.");
        return ids;
    }

    private static void Configure(OtlpExporterOptions exporter, RunningSystem system)
    {
        exporter.Endpoint = system.Local.Door.SendAddress; // Set in code, it is taken as it is, without /v1/traces.
        exporter.Headers = $"Authorization={Uri.EscapeDataString(system.SharedAccessSignature)}"; // The exporter decodes it.
        Configure(exporter);
    }

    private static void ConfigureIngest(OtlpExporterOptions exporter, RunningSystem system, bool gzip)
    {
        exporter.Compression = gzip ? OtlpExportCompression.GZip : OtlpExportCompression.None;
        exporter.Endpoint = system.Local.IngestAddress;
        exporter.Headers = $"x-functions-key={system.Local.Http.FunctionKey}";
        Configure(exporter);
    }

    private static void Configure(OtlpExporterOptions exporter)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.HttpClientFactory = () => new HttpClient(new SocketsHttpHandler { UseProxy = false });
        exporter.BatchExportProcessorOptions = new BatchExportProcessorOptions<Activity> { MaxExportBatchSize = 20 };
    }

    private static string MakeSpan(ActivitySource source, Planted planted)
    {
        using var activity = source.StartActivity("ChatCompletion", ActivityKind.Client, parentContext: default)!;
        activity.SetTag("tfy.span_type", "ChatCompletion");
        activity.SetTag("tfy.request.model_name", "gpt-4o");
        activity.SetTag("tfy.input", planted.Prompt);
        activity.SetTag("tfy.output", planted.Completion);
        activity.SetTag("gen_ai.input.messages", $$"""[{"role":"user","parts":[{"type":"text","content":"{{planted.Prompt}}"}]}]""");
        activity.SetTag("gen_ai.output.messages", $$"""[{"role":"assistant","parts":[{"type":"text","content":"{{planted.Completion}}"}]}]""");
        activity.SetTag("http.request.header.authorization", new[] { $"Bearer {planted.Token}" });
        activity.AddEvent(new ActivityEvent("gen_ai.user.message", tags: new ActivityTagsCollection { ["content"] = planted.Prompt }));
        return activity.SpanId.ToHexString();
    }
}
