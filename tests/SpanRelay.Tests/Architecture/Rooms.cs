namespace SpanRelay.Tests.Architecture;

/// <summary>
/// The folders of a project, in the order in which they may use each other: only what is listed before. At the root, which
/// everything sees, a type is a room of its own where the list names its file.
/// </summary>
internal sealed class Rooms(string root, params string[] order)
{
    /// <summary>The core. What is written in the schema's language is generated into Otlp/Schema.</summary>
    public static Rooms OfTheCore { get; } = new(
        "SpanRelay",
        "OneLine.cs",
        "LogEvents.cs",
        "Telemetry",
        "Buffers",
        "Settings",
        "Otlp/Schema",
        "Otlp",
        "Redaction/Detectors/Scanning",
        "Redaction/Detectors/Json",
        "Redaction/Detectors/Numbers",
        "Redaction/Detectors/Credentials",
        "Redaction/Detectors/Named",
        "Redaction/Detectors",
        "Redaction",
        "GenAi",
        "GenAi/Contract",
        "GenAi/Metrics",
        "Tokens",
        "Dynatrace",
        "Rotation",
        "DeadLetters",
        "Diagnosis",
        "Pipeline",
        "Sending",
        "Relay.cs",
        "Ingest",
        "Replay",
        "Doctor",
        "Watch",
        "RelayServices.cs");

    public IReadOnlyList<string> Order => order;

    /// <summary>The room of a type by its full name; null when it belongs to no room of this project.</summary>
    public string? RoomOf(string type)
    {
        if (!type.StartsWith(root + ".", StringComparison.Ordinal))
            return null;

        var path = type[(root.Length + 1)..].Replace('.', '/');
        var folder = path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : null;
        return folder ?? (order.Contains($"{path}.cs") ? $"{path}.cs" : "Relay.cs");
    }

    public bool MayUse(string from, string to) => from == to || IndexOf(to) < IndexOf(from);

    private int IndexOf(string room) => Array.IndexOf(order, room);
}
