using SpanRelay.Settings;

namespace SpanRelay.GenAi.Metrics;

/// <summary>Which metrics are derived from delivered spans; none without <c>GenAi__Metrics</c>.</summary>
public sealed record MetricsOptions
{
    /// <summary>
    /// Whether metrics tell teams apart (<c>tfy.request.created_by_subject_teams</c>). Default: false, since each team multiplies the
    /// number of label sets.
    /// </summary>
    /// <setting name="GenAi__MetricsByTeam">Tell teams apart in the metrics of model spans.</setting>
    public bool ByTeam { get; init; }

    /// <summary>
    /// How many label sets, each of a service, operation, provider, models, error and team, are told apart until the next send;
    /// others share one with <c>otel.metric.overflow</c>. Default: 1,000. It bounds the memory, and what Dynatrace bills.
    /// </summary>
    /// <setting name="GenAi__MetricsMaxLabelSets">How many combinations of service, models, error and team are kept apart in the metrics of model spans between two requests.</setting>
    public int MaxLabelSets { get; init; } = 1_000;

    /// <summary>Reads the settings that apply when metrics are on.</summary>
    public static MetricsOptions Read(SettingsReader settings)
    {
        var defaults = new MetricsOptions();
        return new MetricsOptions
        {
            ByTeam = settings.Flag("GenAi__MetricsByTeam", defaults.ByTeam),
            MaxLabelSets = settings.Number("GenAi__MetricsMaxLabelSets", defaults.MaxLabelSets, 1, 10_000),
        };
    }
}
