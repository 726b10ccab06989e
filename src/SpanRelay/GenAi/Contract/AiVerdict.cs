namespace SpanRelay.GenAi.Contract;

/// <summary>Which views of Dynatrace's AI Observability app work for some spans.</summary>
/// <param name="Spans">All spans, those that the app ignores included.</param>
/// <param name="ModelCalls">Without any, the app stays empty.</param>
public sealed record AiVerdict(int Spans, int ModelCalls, IReadOnlyList<AiView> Views)
{
    /// <summary>There are model calls, and no required view stays empty for a service.</summary>
    public bool Passes => ModelCalls > 0 && !Views.Any(view => view is { IsRequired: true, IsEmpty: true });
}

/// <summary>A view of the app for the spans of one kind and service.</summary>
/// <param name="Service">Empty where the resource has no <c>service.name</c>.</param>
/// <param name="Kind">Such as <c>model call</c>.</param>
/// <param name="Name">What the view shows.</param>
/// <param name="Spans">The spans of this kind and service.</param>
/// <param name="IsRequired">Whether the app requires the view's keys; those of other views are recommended.</param>
/// <param name="Missing">Keys that spans lack, or have with an unusable value. Empty when the view works for all.</param>
public sealed record AiView(string Service, string Kind, string Name, int Spans, bool IsRequired, IReadOnlyList<MissingKey> Missing)
{
    /// <summary>A key is on none of the spans. Otherwise the view shows those that have it.</summary>
    public bool IsEmpty => Missing.Any(key => key.Spans == key.OfSpans);
}

/// <param name="Key">As Dynatrace names it.</param>
/// <param name="Spans">How many spans lack it.</param>
/// <param name="OfSpans">How many should have it.</param>
public sealed record MissingKey(string Key, int Spans, int OfSpans);
