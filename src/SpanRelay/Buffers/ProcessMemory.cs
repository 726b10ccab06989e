namespace SpanRelay.Buffers;

/// <summary>What the memory that this process may use allows: its container's or instance's, as the garbage collector sees it.</summary>
internal static class ProcessMemory
{
    private const long MiB = 1024 * 1024;

    // An event needs up to this multiple of its inflated size: the bytes, the redacted bytes, a text before and after, buffers that grow.
    private const int SizesOfEvent = 12;

    private static readonly long Available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>How many bytes one event may inflate to: 64 MiB, less where memory is short.</summary>
    public static int MaxInflatedBytes { get; } = MaxInflatedBytesOf(Available);

    /// <summary>How many events may be decoded and redacted at once, by all partitions together: that work needs a processor each, and memory.</summary>
    public static int EventsAtOnce { get; } = EventsAtOnceOf(Available, Environment.ProcessorCount);

    /// <summary>How many bytes of exports may be in work at the OTLP address, as received: each is held about four times until the Event Hub has it.</summary>
    public static long MaxIngestBytes { get; } = MaxIngestBytesOf(Available);

    internal static long MaxIngestBytesOf(long available) => Math.Clamp(available / 16, 8 * MiB, 256 * MiB);

    internal static int MaxInflatedBytesOf(long available) => (int)Math.Clamp(available / SizesOfEvent, 8 * MiB, 64 * MiB);

    internal static int EventsAtOnceOf(long available, int processors) => (int)Math.Clamp(available / SizesOfEvent / (64 * MiB), 1, processors);
}
