using System.Text.Json;
using System.Text.Json.Serialization;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp;

namespace SpanRelay.DeadLetters;

/// <summary>
/// What the relay knows about something undeliverable, or about an incident, which has no payload. The recorder diagnoses it.
/// It holds facts, no secret, and nothing of a payload.
/// </summary>
public sealed record DeadLetter
{
    /// <summary>How letters and records are stored and shown.</summary>
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    private const int MaxPartition = 100;
    private const int MaxText = 4_000;

    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(400_000); // A sender may give any end that 64 bits of nanoseconds hold.
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);
    private static readonly DateTimeOffset Earliest = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// The day under which it is stored (when the event was enqueued), then partition, sequence number and a hash of the content:
    /// a repeated attempt overwrites the letter.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Null for an incident.</summary>
    public DeadLetterReason? Reason { get; init; }

    /// <summary>Null for a dead letter proper.</summary>
    public Incident? Incident { get; init; }

    /// <summary>The event's partition; "?" where the host does not say.</summary>
    public string Partition { get; init; } = "?";

    /// <summary>The event's sequence number in its partition; null where the host does not say.</summary>
    public long? SequenceNumber { get; init; }

    /// <summary>0 for an event that cannot be read, and for an incident.</summary>
    public long Spans { get; init; }

    /// <summary>The payload's size, as received or as protobuf; 0 for an incident.</summary>
    public long PayloadBytes { get; init; }

    /// <summary>Why it cannot be read.</summary>
    public PayloadProblem Problem { get; init; }

    /// <summary>Dynatrace's response; for expired spans, why they were held until then.</summary>
    public Response? Response { get; init; }

    /// <summary>Why it could not be recorded.</summary>
    public string Trouble { get; init; } = "";

    /// <summary>For a message that could not be recorded, the dead letter it is about, if any.</summary>
    public string? About { get; init; }

    /// <summary>Time since the end of the oldest span when it was dead-lettered, or, for spans in the future, until the latest end.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>The address that requests are sent to.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Relay__MaxSpanAge at the time.</summary>
    public TimeSpan MaxSpanAge { get; init; }

    /// <summary>Whether the relay could have queued it. Any client with write access to the queue can forge a message.</summary>
    [JsonIgnore]
    internal bool IsGenuine =>
        LetterBlob.IsId(Id) && (Reason is null) != (Incident is null) && Reason is not DeadLetterReason.Unrecorded
        && Partition == PartitionOf(Partition) && (About is null || LetterBlob.IsId(About))
        && OneLine.Is(Trouble, MaxText) && OneLine.Is(Endpoint, MaxText) && OneLine.Is(Response?.Message ?? "", MaxText) && OneLine.Is(Response?.Token ?? "", MaxText)
        && Spans >= 0 && PayloadBytes >= 0 && !(Response?.RejectedSpans < 0) && !(Incident?.EventsWaiting < 0)
        && IsWithin(Age, LongestAge) && IsWithin(MaxSpanAge, LongestLife) && IsTime(At) && IsTime(Incident?.Since ?? At) && IsTime(Incident?.Until ?? At);

    /// <summary>The event's body as received, in the quarantine: it could not be read, so it is not redacted.</summary>
    public bool IsQuarantined => Reason == DeadLetterReason.Unreadable;

    /// <summary>As it is stored, with what others wrote made one line.</summary>
    internal DeadLetter Cleaned() => this with
    {
        Partition = PartitionOf(Partition),
        Trouble = OneLine.From(Trouble, MaxText),
        Endpoint = OneLine.From(Endpoint, MaxText),
        Response = Response is null ? null : Response with { Message = OneLine.From(Response.Message, MaxText), Token = OneLine.From(Response.Token, MaxText) },
    };

    /// <summary>A partition's id without anything that could be taken for another field of a log line.</summary>
    internal static string PartitionOf(string? id)
    {
        var clean = string.Concat((id ?? "").Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '?').Take(MaxPartition));
        return clean.Length == 0 ? "?" : clean;
    }

    private static bool IsWithin(TimeSpan span, TimeSpan limit) => span >= TimeSpan.Zero && span <= limit;

    private static bool IsTime(DateTimeOffset time) => time >= Earliest && time.Year < 9000;
}
