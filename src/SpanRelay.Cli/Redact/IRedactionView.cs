namespace SpanRelay.Cli.Redact;

/// <summary>Shows what a redaction came to: to a person, or to a machine.</summary>
internal interface IRedactionView
{
    /// <summary>Nothing was redacted, and why.</summary>
    void ShowProblems(IReadOnlyList<string> problems);

    void Show(RedactionPreview preview);
}
