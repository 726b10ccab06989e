namespace SpanRelay.Rotation;

/// <summary>How far a rotation is, by the newest version of the secret.</summary>
public enum RotationState
{
    /// <summary>None is under way.</summary>
    None,

    /// <summary>The new token is in the vault.</summary>
    Written,

    /// <summary>Dynatrace accepts the new token as read from the vault. Both tokens work until the overlap is over.</summary>
    Proved,

    /// <summary>The old token is deleted.</summary>
    Complete,
}
