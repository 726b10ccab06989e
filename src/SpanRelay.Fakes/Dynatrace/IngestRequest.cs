namespace SpanRelay.Fakes.Dynatrace;

/// <summary>A request as the checks see it.</summary>
/// <param name="Compressed">The body as it came; cut when over the limit.</param>
/// <param name="Inflated">Without gzip; cut when over the limit. Null when it claims to be gzip and is not.</param>
internal sealed record IngestRequest(
    string Method,
    string Host,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    BoundedBody Compressed,
    BoundedBody? Inflated)
{
    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}
