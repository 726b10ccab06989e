using System.Globalization;
using System.Text.Json;
using SpanRelay.Pipeline;

namespace SpanRelay.Functions;

/// <summary>
/// Reads partition, sequence numbers and times from the trigger's metadata. They serve to recognize events that are
/// redelivered; without them everything is forwarded all the same.
/// </summary>
internal static class TriggerBatch
{
    /// <param name="problem">What of the metadata is missing or of another form than documented; null when nothing is.</param>
    public static EventBatch Create(ReadOnlyMemory<byte>[] bodies, IReadOnlyDictionary<string, object?> metadata, out string? problem)
    {
        var partition = ReadPartition(metadata);
        var numbers = ReadNumbers(metadata);
        var times = ReadTimes(metadata);
        problem = (partition, numbers?.Count == bodies.Length, times?.Count == bodies.Length) switch
        {
            (null, _, _) => "PartitionContext has no PartitionId.",
            (_, false, _) => $"SequenceNumberArray has {numbers?.Count ?? 0} entries for {bodies.Length} events.",
            (_, _, false) => $"EnqueuedTimeUtcArray has {times?.Count ?? 0} entries for {bodies.Length} events.",
            _ => null,
        };
        var hasNumbers = numbers?.Count == bodies.Length;
        var hasTimes = times?.Count == bodies.Length;
        return new EventBatch(
            partition ?? EventBatch.UnknownPartition,
            [.. bodies.Select((body, index) => new IncomingEvent(body, hasNumbers ? numbers![index] : null, hasTimes ? times![index] : null))]);
    }

    private static string? ReadPartition(IReadOnlyDictionary<string, object?> metadata) =>
        Json(metadata, "PartitionContext") is { ValueKind: JsonValueKind.Object } context
        && context.TryGetProperty("PartitionId", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 } partition
            ? partition
            : null;

    private static List<long>? ReadNumbers(IReadOnlyDictionary<string, object?> metadata) => metadata.GetValueOrDefault("SequenceNumberArray") switch
    {
        IEnumerable<long> numbers => [.. numbers],
        string when Json(metadata, "SequenceNumberArray") is { ValueKind: JsonValueKind.Array } array => ReadNumbers(array),
        _ => null,
    };

    private static List<long>? ReadNumbers(JsonElement array)
    {
        var numbers = new List<long>();
        foreach (var each in array.EnumerateArray())
        {
            if (each.ValueKind != JsonValueKind.Number || !each.TryGetInt64(out var number))
                return null;
            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>The host writes times in UTC without a zone.</summary>
    private static List<DateTimeOffset>? ReadTimes(IReadOnlyDictionary<string, object?> metadata)
    {
        if (Json(metadata, "EnqueuedTimeUtcArray") is not { ValueKind: JsonValueKind.Array } array)
            return null;

        var times = new List<DateTimeOffset>();
        foreach (var each in array.EnumerateArray())
        {
            if (each.ValueKind != JsonValueKind.String
                || !DateTimeOffset.TryParse(each.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            {
                return null;
            }

            times.Add(time);
        }

        return times;
    }

    private static JsonElement? Json(IReadOnlyDictionary<string, object?> metadata, string name)
    {
        if (metadata.GetValueOrDefault(name) is not string text)
            return null;

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
