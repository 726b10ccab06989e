namespace SpanRelay.Rotation;

/// <summary>How far a rotation came, as the newest version of the secret tells.</summary>
public enum RotationState
{
    /// <summary>None is under way.</summary>
    None,

    /// <summary>The new token is in the vault.</summary>
    Written,

    /// <summary>Dynatrace took the new token as the vault gives it. Both tokens work, until the overlap is over.</summary>
    Proved,

    /// <summary>The old token is deleted.</summary>
    Complete,
}
