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

    /// <summary>Its spans are kept, and there is no response until the client gives up.</summary>
    SilenceAfterAccepting,
}
