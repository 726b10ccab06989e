using System.Globalization;
using System.Text.RegularExpressions;
using Amqp.Framing;
using Amqp.Types;

namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>Where a receiver begins: <c>amqp.annotation.x-opt-{offset|sequence-number|enqueued-time} &gt;|&gt;= 'value'</c>.</summary>
internal readonly partial record struct StartPosition(string Annotation, bool IsInclusive, long Value)
{
    private const string Offset = "offset";
    private const string SequenceNumber = "sequence-number";

    /// <summary>After the last event.</summary>
    private const long Latest = long.MaxValue;

    /// <param name="source">Without a filter, everything is read.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="filter">As it was given.</param>
    /// <returns>False when the filter cannot be read.</returns>
    public static bool TryRead(Source source, out StartPosition start, out string filter)
    {
        start = new StartPosition(Offset, false, -1);
        filter = "";
        if (source.FilterSet is not { Count: > 0 } filters) return true;
        // Clients describe the text by a name or by a number.
        var text = filters.Values.Select(value => value is DescribedValue described ? described.Value : value).FirstOrDefault();
        filter = text as string ?? "";
        if (Syntax().Match(filter) is not { Success: true } match || !TryReadValue(match.Groups["value"].Value, out var number)) return false;
        start = new StartPosition(match.Groups["name"].Value, match.Groups["operator"].Value == ">=", number);
        return true;
    }

    /// <returns>The sequence number of the first event to deliver; null when the partition has never been that far.</returns>
    public long? FindIn(Partition partition)
    {
        var (annotation, inclusive, value) = this;
        if (value == Latest) return partition.Count;
        if (value < 0) return 0;
        if (annotation == SequenceNumber) return value > partition.Count ? null : value + (inclusive ? 0 : 1);
        var first = partition.FindFirst(stored => ValueOf(stored, annotation) is var found && (inclusive ? found >= value : found > value));
        return annotation == Offset && first == partition.Count && !IsLast(partition, value) ? null : first;
    }

    private static bool IsLast(Partition partition, long offset) =>
        partition.Find(partition.Count - 1) is { } last && ValueOf(last, Offset) == offset;

    private static long ValueOf(StoredEvent stored, string annotation) => annotation == Offset
        ? long.Parse(stored.Offset, CultureInfo.InvariantCulture)
        : stored.EnqueuedTime.ToUnixTimeMilliseconds();

    private static bool TryReadValue(string text, out long value)
    {
        value = Latest;
        return text == "@latest" || long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    // The .NET client writes the start of a partition without quotes.
    [GeneratedRegex("^amqp\\.annotation\\.x-opt-(?<name>offset|sequence-number|enqueued-time) (?<operator>>=?) '?(?<value>[^']*)'?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Syntax();
}
