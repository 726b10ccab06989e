namespace SpanRelay.Cli.Redact;

/// <summary>Presents the result of a redaction as text or JSON.</summary>
internal interface IRedactionView
{
    /// <summary>The payload or the policy was refused.</summary>
    void ShowProblems(IReadOnlyList<string> problems);

    void Show(RedactionPreview preview);
}
