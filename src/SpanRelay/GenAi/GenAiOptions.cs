using SpanRelay.Otlp;
using SpanRelay.Redaction;
using SpanRelay.Settings;

namespace SpanRelay.GenAi;

/// <summary>What is done for Dynatrace's AI Observability.</summary>
public sealed record GenAiOptions
{
    /// <summary>
    /// Whether attributes that the AI Observability app needs are written where a generative-AI span lacks them. Default: true. Turn it off
    /// to send spans as they came.
    /// </summary>
    /// <setting name="GenAi__Normalize">Write the attributes that Dynatrace's [AI Observability](ai-observability.md) needs where a span lacks them.</setting>
    public bool Normalize { get; init; } = true;

    public static GenAiOptions Read(SettingsReader settings)
    {
        var defaults = new GenAiOptions();
        return defaults with { Normalize = settings.Flag("GenAi__Normalize", defaults.Normalize) };
    }

    /// <summary>A redactor whose output is what the relay sends.</summary>
    public Redactor CreateRedactor(RedactionOptions redaction, ResourceAttributes resourceAttributes, TimeProvider? time = null)
    {
        var rules = Normalize ? new RedactionRules(redaction, new SpanNormalizer(new RedactionRules(redaction))) : new RedactionRules(redaction);
        return new Redactor(rules, resourceAttributes, time ?? TimeProvider.System);
    }
}
