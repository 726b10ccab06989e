namespace SpanRelay.Fakes.Dynatrace;

/// <summary>When a connection is aborted instead of answered.</summary>
public enum FaultAbort
{
    /// <summary>It is answered.</summary>
    Never,

    /// <summary>Nothing of the request is kept.</summary>
    BeforeAccepting,

    /// <summary>Its spans are kept, but the client cannot know.</summary>
    AfterAccepting,

    /// <summary>The stand-in keeps the spans and sends no response until the client gives up.</summary>
    SilenceAfterAccepting,
}
