using SpanRelay.Dynatrace;
using SpanRelay.GenAi;
using SpanRelay.GenAi.Metrics;
using SpanRelay.Otlp;
using SpanRelay.Redaction;
using SpanRelay.Sending;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay;

/// <summary>The relay's settings.</summary>
public sealed record RelayOptions
{
    public required DynatraceOptions Dynatrace { get; init; }

    public RedactionOptions Redaction { get; init; } = new();

    public GenAiOptions GenAi { get; init; } = new();

    /// <summary>
    /// The size in bytes up to which events are packed into one request, before compression. Default: 4,000,000. Dynatrace
    /// accepts at most 8,000,000; smaller requests need less memory and make smaller retries.
    /// </summary>
    /// <setting name="Relay__MaxRequestBytes">Up to this many bytes, before compression, events are packed into one request.</setting>
    public int MaxRequestBytes { get; init; } = 4_000_000;

    /// <summary>
    /// A span that ended longer ago is dead-lettered instead of sent: Dynatrace silently drops spans that ended over 60 minutes
    /// ago, after a 200. Default: 58 minutes, which leaves a request time to arrive.
    /// </summary>
    /// <setting name="Relay__MaxSpanAge">A span that ended longer ago is dead-lettered instead of sent, since Dynatrace drops spans after 60 minutes.</setting>
    public TimeSpan MaxSpanAge { get; init; } = TimeSpan.FromMinutes(58);

    /// <summary>Whether spans that Dynatrace would drop because of their end are dead-lettered. Not a setting: false for other receivers, which accept spans of any age.</summary>
    public bool ChecksSpanEnds { get; init; } = true;

    /// <summary>
    /// How long an invocation keeps trying, from its first request on, before what is left is held; no attempt outlasts it. Default: 45 seconds. Longer saves
    /// a few invocations; it must stay below the function's timeout, since reaching that restarts the whole app.
    /// </summary>
    /// <setting name="Relay__RetryBudget">How long an invocation keeps retrying, from its first request on. Together with `Relay__MaxSpanAge` it must stay below 60 minutes.</setting>
    public TimeSpan RetryBudget { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long one attempt may take. Default: 15 seconds. Raise it only on very slow networks: a request that timed out may have been accepted, and is sent again.</summary>
    /// <setting name="Relay__AttemptTimeout">How long one request may take.</setting>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many requests of one batch are in flight at once. Default: 4. Each needs memory for up to <see cref="MaxRequestBytes"/> and their compressed form.</summary>
    /// <setting name="Relay__MaxParallelRequests">How many requests of a batch are sent in parallel.</setting>
    public int MaxParallelRequests { get; init; } = 4;

    /// <summary>Attributes added to every resource, as <c>key=value,key=value</c>. Default: none. For example <c>deployment.environment.name=prod</c>.</summary>
    /// <setting name="Relay__ResourceAttributes">`key=value,key=value`, percent-encoded where needed: added to every resource, replacing attributes of the same name.</setting>
    public ResourceAttributes ResourceAttributes { get; init; } = ResourceAttributes.None;

    /// <summary>Which metrics are made of the delivered spans; null, the default, for none.</summary>
    public MetricsOptions? Metrics { get; init; }

    /// <summary>Reads all settings. Problems are collected in the reader; with any, the result must not be used.</summary>
    public static RelayOptions Read(SettingsReader settings)
    {
        var options = Read(settings, DynatraceOptions.Read(settings));
        settings.ReportUnknown("Dynatrace", "Redaction", "GenAi", "Relay");
        return options;
    }

    /// <summary>Reads all settings except those of Dynatrace, for a replay to another receiver.</summary>
    public static RelayOptions ReadFor(OtlpReceiver receiver, SettingsReader settings)
    {
        var options = Read(settings, receiver.Options) with { ChecksSpanEnds = receiver.IsDynatrace };
        settings.ReportUnknown("Redaction", "GenAi", "Relay");
        return options;
    }

    private static RelayOptions Read(SettingsReader settings, DynatraceOptions dynatrace)
    {
        var defaults = new RelayOptions { Dynatrace = dynatrace };
        var redaction = RedactionOptions.Read(settings);
        var metrics = MetricsOptions.Read(settings);
        var options = defaults with
        {
            Dynatrace = dynatrace with { Mask = new ResponseMask(redaction.Policy) },
            Redaction = redaction,
            GenAi = GenAiOptions.Read(settings),
            MaxRequestBytes = settings.Number("Relay__MaxRequestBytes", defaults.MaxRequestBytes, 10_000, DynatraceLimits.MaxRequestBytes),
            MaxSpanAge = settings.Duration("Relay__MaxSpanAge", defaults.MaxSpanAge, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(59)),
            RetryBudget = settings.Duration("Relay__RetryBudget", defaults.RetryBudget, Sending.RetryBudget.Shortest, Sending.RetryBudget.Longest),
            AttemptTimeout = settings.Duration("Relay__AttemptTimeout", defaults.AttemptTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)),
            MaxParallelRequests = settings.Number("Relay__MaxParallelRequests", defaults.MaxParallelRequests, 1, 32),
            ResourceAttributes = ReadResourceAttributes(settings),
            Metrics = dynatrace.Token.SendsMetrics ? metrics : null,
        };
        if (options.MaxSpanAge + options.RetryBudget >= DynatraceLimits.MaxSpanAge)
            settings.Report("Relay__MaxSpanAge", "and Relay__RetryBudget must stay below 60 minutes together: otherwise a span could pass Dynatrace's limit while its request is retried, and Dynatrace would silently drop it.");
        return options;
    }

    private static ResourceAttributes ReadResourceAttributes(SettingsReader settings)
    {
        const string Name = "Relay__ResourceAttributes";
        var attributes = ResourceAttributes.Parse(settings.Text(Name) ?? "", out var problem);
        if (problem is not null)
            settings.Report(Name, $"takes key=value,key=value: {problem}.");
        return attributes;
    }
}
