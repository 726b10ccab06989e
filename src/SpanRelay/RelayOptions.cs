using SpanRelay.Delivery;
using SpanRelay.Otlp;
using SpanRelay.Redaction;

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

    /// <summary>Attributes given to every resource, as <c>key=value,key=value</c>. Default: none. For example <c>deployment.environment.name=prod</c>.</summary>
    public ResourceAttributes ResourceAttributes { get; init; } = ResourceAttributes.None;

    /// <summary>Reads all settings. What is wrong stands in the reader's problems; with any, the result is not to be used.</summary>
    public static RelayOptions Read(SettingsReader settings)
    {
        var defaults = new RelayOptions { Dynatrace = DynatraceOptions.Read(settings) };
        var options = defaults with
        {
            Redaction = RedactionOptions.Read(settings),
            MaxRequestBytes = settings.Number("Relay__MaxRequestBytes", defaults.MaxRequestBytes, 10_000, DynatraceLimits.MaxRequestBytes),
            ResourceAttributes = ReadResourceAttributes(settings),
        };
        settings.ReportUnknown("Dynatrace", "Redaction", "Relay");
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
