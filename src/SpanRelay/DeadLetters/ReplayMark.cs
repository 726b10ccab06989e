using System.Globalization;

namespace SpanRelay.DeadLetters;

/// <summary>
/// Says that a payload was replayed. It is metadata of the payload: rewriting the record does not lose it, and a redelivered
/// event overwrites the payload and with it the mark.
/// </summary>
/// <param name="At">The last time.</param>
/// <param name="To">The host it was sent to.</param>
/// <param name="Times">How often in all.</param>
/// <param name="Remark">What may not have been delivered; empty when all was.</param>
public sealed record ReplayMark(DateTimeOffset At, string To, int Times, string Remark = "")
{
    private const string AtKey = "replayed";
    private const string ToKey = "replayedto";
    private const string TimesKey = "replays";
    private const string RemarkKey = "replayremark";
    private const int LongestRemark = 300;

    internal Dictionary<string, string> ToMetadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            [AtKey] = RecordSummary.Text(At),
            [ToKey] = Uri.EscapeDataString(To),
            [TimesKey] = Times.ToString(CultureInfo.InvariantCulture),
        };
        if (Remark.Length > 0)
            metadata[RemarkKey] = Uri.EscapeDataString(OneLine.From(Remark, LongestRemark));
        return metadata;
    }

    /// <returns>Null when it was not replayed.</returns>
    internal static ReplayMark? FromMetadata(IDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(AtKey, out var text) || RecordSummary.ReadTime(text) is not { } at)
            return null;

        return new ReplayMark(
            at,
            metadata.TryGetValue(ToKey, out var to) ? OneLine.From(Uri.UnescapeDataString(to), LongestRemark) : "",
            metadata.TryGetValue(TimesKey, out var times) && int.TryParse(times, CultureInfo.InvariantCulture, out var count) ? count : 1,
            metadata.TryGetValue(RemarkKey, out var remark) ? OneLine.From(Uri.UnescapeDataString(remark), LongestRemark) : "");
    }
}
