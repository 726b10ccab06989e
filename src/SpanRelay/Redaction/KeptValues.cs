namespace SpanRelay.Redaction;

/// <summary>Which values stay under a key that names content, or that is unknown. Each kind includes those before it.</summary>
internal enum KeptValues
{
    None,

    /// <summary>Numbers and booleans.</summary>
    Numbers,

    /// <summary>Identifiers: short, without white space.</summary>
    Identifiers,

    /// <summary>Lists, maps and JSON of numbers, as usage and costs are.</summary>
    Counts,

    /// <summary>Lists, maps and JSON of identifiers, as finish reasons are.</summary>
    Labels,

    /// <summary>A short line of text, as names are.</summary>
    Names,
}
