namespace SpanRelay.Rotation;

/// <summary>How far a rotation is.</summary>
/// <param name="State"><see cref="RotationState.None"/> when none was begun.</param>
/// <param name="Due">When the overlap is over and the old token can be deleted; null when nothing is left to do.</param>
public readonly record struct RotationProgress(RotationState State, DateTimeOffset? Due);
