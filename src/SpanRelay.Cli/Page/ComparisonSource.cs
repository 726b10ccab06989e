using Google.Protobuf;
using Google.Protobuf.Collections;
using SpanRelay.GenAi;
using SpanRelay.Local.EventHub;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Settings;

namespace SpanRelay.Cli.Page;

/// <summary>Finds a delivered span in the Event Hub, as it was sent, and redacts it again with the function app's own policy.</summary>
internal sealed class ComparisonSource
{
    /// <summary>How many events are searched, the newest first.</summary>
    public const int MostEvents = 2_000;

    /// <summary>How many bytes of these events are searched, after decompression.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    private readonly LocalEventHub _hub;
    private readonly Redactor _redactor;
    private readonly ResourceAttributes _fromSettings;

    public ComparisonSource(LocalEventHub hub, SettingsReader settings)
    {
        _hub = hub;
        _fromSettings = ResourceAttributes.Parse(settings.Text("Relay__ResourceAttributes") ?? "", out _);
        _redactor = GenAiOptions.Read(settings).CreateRedactor(RedactionOptions.Read(settings), _fromSettings);
    }

    /// <returns>Null when the span is not in the events that were searched, or cannot be redacted.</returns>
    public SpanComparison? Find(Span delivered) => FindExport(delivered) is { } export ? SpanComparison.Create(_redactor, export, _fromSettings) : null;

    private ExportTraceServiceRequest? FindExport(Span delivered)
    {
        using var decoder = new PayloadDecoder();
        var bytes = 0L;
        foreach (var body in _hub.NewestFirst().Take(MostEvents))
        {
            var export = decoder.Decode(body, out var problem);
            if ((bytes += export.Length) > MostBytes)
                return null;
            if (problem == PayloadProblem.None && export.IndexOf(delivered.SpanId.Span) >= 0 && Pick(export, delivered) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>The span alone, with its resource and scope.</summary>
    private static ExportTraceServiceRequest? Pick(ReadOnlySpan<byte> export, Span delivered)
    {
        foreach (var resource in Parse(export))
        {
            foreach (var scope in resource.ScopeSpans)
            {
                if (scope.Spans.FirstOrDefault(span => span.SpanId == delivered.SpanId && span.TraceId == delivered.TraceId) is { } span)
                    return new() { ResourceSpans = { new ResourceSpans { Resource = resource.Resource, ScopeSpans = { new ScopeSpans { Scope = scope.Scope, Spans = { span } } } } } };
            }
        }

        return null;
    }

    /// <summary>None where the payload has parts that only the relay's own walk passes over.</summary>
    private static RepeatedField<ResourceSpans> Parse(ReadOnlySpan<byte> export)
    {
        try
        {
            return ExportTraceServiceRequest.Parser.ParseFrom(export).ResourceSpans;
        }
        catch (InvalidProtocolBufferException)
        {
            return [];
        }
    }
}
