namespace SpanRelay.Deploy;

/// <summary>The setting DOORS: the ways in for senders that have no Entra identity.</summary>
/// <param name="Messages">HTTPS send, AMQP and Kafka with a key of the Event Hub.</param>
/// <param name="Ingest">The function app's <c>POST /v1/traces</c>.</param>
internal readonly record struct OpenDoors(bool Messages, bool Ingest)
{
    public const string Setting = "DOORS";

    /// <summary>The setting that this one replaced.</summary>
    public const string FormerSetting = "STRAIGHT_SAS";

    public const string Takes = "both, messages, ingest or none";

    /// <param name="text">The setting; empty counts as none.</param>
    /// <returns>False where it names no doors.</returns>
    public static bool TryParse(string text, out OpenDoors doors)
    {
        doors = new OpenDoors(text is "both" or "messages", text is "both" or "ingest");
        return text is "both" or "messages" or "ingest" or "none" or "";
    }

    public static OpenDoors From(IReadOnlyDictionary<string, string> settings) =>
        TryParse(settings.GetValueOrDefault(Setting, "").Trim(), out var doors) ? doors : default;
}
