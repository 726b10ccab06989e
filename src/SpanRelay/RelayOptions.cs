using SpanRelay.Dynatrace;
using SpanRelay.Otlp;
using SpanRelay.Redaction;
using SpanRelay.Sending;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay;

/// <summary>Everything the relay can be told.</summary>
public sealed record RelayOptions
{
    public required DynatraceOptions Dynatrace { get; init; }

    public RedactionOptions Redaction { get; init; } = new();

    /// <summary>
    /// The size in bytes up to which events are packed into one request, before compression. Default: 4,000,000. Dynatrace
    /// takes at most 8,000,000; less memory and smaller repeats speak for less.
    /// </summary>
    public int MaxRequestBytes { get; init; } = 4_000_000;

    /// <summary>
    /// A span that ended longer ago is not sent but set aside: Dynatrace drops spans that ended over 60 minutes ago, after a
    /// 200 and without a word. Default: 58 minutes, which leaves a request time to arrive.
    /// </summary>
    public TimeSpan MaxSpanAge { get; init; } = TimeSpan.FromMinutes(58);

    /// <summary>Whether spans are set aside that Dynatrace would drop for their end. No setting: false for other receivers, to which spans of any age are sent.</summary>
    public bool ChecksSpanEnds { get; init; } = true;

    /// <summary>
    /// For how long an invocation goes on trying before what is left is held; no attempt outlasts it. Default: 45 seconds.
    /// Longer saves a few invocations; it must stay below the function's timeout, since reaching that restarts the whole app.
    /// </summary>
    public TimeSpan RetryBudget { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long one request may take until it counts as unanswered. Default: 15 seconds. More only over very slow lines: what timed out may have arrived, and arrives again.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many requests of one batch are on the way at once. Default: 4. Less for less memory: each holds up to <see cref="MaxRequestBytes"/> and what they compress to.</summary>
    public int MaxParallelRequests { get; init; } = 4;

    /// <summary>Attributes given to every resource, as <c>key=value,key=value</c>. Default: none. For example <c>deployment.environment.name=prod</c>.</summary>
    public ResourceAttributes ResourceAttributes { get; init; } = ResourceAttributes.None;

    /// <summary>Reads all settings. What is wrong stands in the reader's problems; with any, the result is not to be used.</summary>
    public static RelayOptions Read(SettingsReader settings)
    {
        var options = Read(settings, DynatraceOptions.Read(settings));
        settings.ReportUnknown("Dynatrace", "Redaction", "Relay");
        return options;
    }

    /// <summary>Reads all settings but those of Dynatrace, which is not sent to.</summary>
    public static RelayOptions ReadFor(OtlpReceiver receiver, SettingsReader settings)
    {
        var options = Read(settings, receiver.Options) with { ChecksSpanEnds = receiver.IsDynatrace };
        settings.ReportUnknown("Redaction", "Relay");
        return options;
    }

    private static RelayOptions Read(SettingsReader settings, DynatraceOptions dynatrace)
    {
        var defaults = new RelayOptions { Dynatrace = dynatrace };
        var options = defaults with
        {
            Redaction = RedactionOptions.Read(settings),
            MaxRequestBytes = settings.Number("Relay__MaxRequestBytes", defaults.MaxRequestBytes, 10_000, DynatraceLimits.MaxRequestBytes),
            MaxSpanAge = settings.Duration("Relay__MaxSpanAge", defaults.MaxSpanAge, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(59)),
            RetryBudget = settings.Duration("Relay__RetryBudget", defaults.RetryBudget, Sending.RetryBudget.Shortest, Sending.RetryBudget.Longest),
            AttemptTimeout = settings.Duration("Relay__AttemptTimeout", defaults.AttemptTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)),
            MaxParallelRequests = settings.Number("Relay__MaxParallelRequests", defaults.MaxParallelRequests, 1, 32),
            ResourceAttributes = ReadResourceAttributes(settings),
        };
        if (options.MaxSpanAge + options.RetryBudget >= DynatraceLimits.MaxSpanAge)
            settings.Report("Relay__MaxSpanAge", "and Relay__RetryBudget must stay below 60 minutes together: a span could pass Dynatrace's limit while its request is retried, and would be dropped without a word.");
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
