using SpanRelay.Otlp.Schema;

namespace SpanRelay.GenAi.Contract;

/// <summary>What Dynatrace's AI Observability app needs on spans to show them: it says nothing when something is missing.</summary>
public static class AiContract
{
    /// <param name="spans">As they are delivered, with the resources they belong to.</param>
    public static AiVerdict Check(IEnumerable<(Resource Resource, Span Span)> spans)
    {
        var all = spans.Select(each => new AiSpan(each.Resource, each.Span)).ToList();
        var kinds = all.Where(span => span.Role is not (SpanRole.None or SpanRole.Other)).GroupBy(span => (span.Service, span.Role)).OrderBy(kind => kind.Key.Service, StringComparer.Ordinal).ThenBy(kind => kind.Key.Role);
        return new AiVerdict(all.Count, all.Count(span => span.Role == SpanRole.Model), [.. kinds.SelectMany(kind => Views(kind.Key.Service, kind.Key.Role, [.. kind]))]);
    }

    private static IEnumerable<AiView> Views(string service, SpanRole role, IReadOnlyList<AiSpan> spans) =>
        from need in AiNeed.All
        where need.Roles.HasFlag(role)
        group need by need.View into view
        let missing = view.Select(need => new MissingKey(need.Key, spans.Count(span => span.Lacks(need)), spans.Count(span => span.Needs(need)))).Where(key => key.Spans > 0)
        select new AiView(service, NameOf(role), view.Key, spans.Count, view.Any(need => need.IsRequired), [.. missing]);

    private static string NameOf(SpanRole role) => role switch
    {
        SpanRole.Model => "model call",
        SpanRole.Request => "request",
        SpanRole.Tool => "tool call",
        SpanRole.Agent => "agent call",
        _ => "guardrail",
    };
}
