using SpanRelay.GenAi.Metrics;
using SpanRelay.Redaction;

namespace SpanRelay.Pipeline;

/// <summary>The bytes of one service's spans, as uncompressed protobuf: received, and withheld by why. Dynatrace bills what is left.</summary>
public sealed class Savings
{
    public long Received { get; set; }

    public long Content { get; set; }

    public long Credentials { get; set; }

    public long UnknownFields { get; set; }

    /// <summary>By rules of the user's own.</summary>
    public long Policy { get; set; }

    internal void Add(long received, WithheldBytes withheld)
    {
        Received += received;
        Content += withheld.Content;
        Credentials += withheld.Credentials;
        UnknownFields += withheld.UnknownFields;
        Policy += withheld.Policy;
    }

    internal void AddTo(Series series)
    {
        series.Add(Measure.Received, Received);
        series.Add(Measure.WithheldContent, Content);
        series.Add(Measure.WithheldCredentials, Credentials);
        series.Add(Measure.WithheldUnknownFields, UnknownFields);
        series.Add(Measure.WithheldByPolicy, Policy);
    }
}
