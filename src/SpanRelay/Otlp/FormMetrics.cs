using System.Diagnostics.Metrics;

namespace SpanRelay.Otlp;

/// <summary>Counts events by the form in which their spans were read.</summary>
internal static class FormMetrics
{
    private static readonly Meter Meter = new("SpanRelay");

    private static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "spanrelay.events.by_form", description: "Events decoded, by encoding and what it was wrapped in; \"unread\" for those that could not be decoded.");

    public static void Count(PayloadForm form)
    {
        if (Events.Enabled)
            Events.Add(1, new KeyValuePair<string, object?>("form", form.Name()));
    }
}
