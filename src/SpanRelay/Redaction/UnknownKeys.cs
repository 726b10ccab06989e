using System.IO.Hashing;
using System.Text;
using SpanRelay.Buffers;

namespace SpanRelay.Redaction;

/// <summary>
/// Remembers the keys that were dropped as <c>content-unknown</c>, so that a log names each at most once an hour. Holds a bounded
/// number of keys; further ones are only counted. Safe for concurrent use.
/// </summary>
internal sealed class UnknownKeys(TextRules texts)
{
    private const int Most = 256;
    private const int MostAtOnce = 20;
    private const int LongestKey = 100;
    private static readonly TimeSpan Between = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Entry> _entries = [];

    public void Note(ReadOnlySpan<byte> key)
    {
        var hash = XxHash64.HashToUInt64(key);
        lock (_lock)
        {
            if (_entries.TryGetValue(hash, out var known))
                known.IsSeen = true;
            else if (_entries.Count < Most)
                _entries.Add(hash, new Entry(Shown(key)) { IsSeen = true });
        }
    }

    /// <returns>Keys that were dropped and not yet logged within the last hour, quoted, each on one line; a few at a time.</returns>
    public IReadOnlyList<string> Take(DateTimeOffset now)
    {
        lock (_lock)
        {
            var taken = new List<string>();
            foreach (var (hash, entry) in _entries)
            {
                if (now - entry.NamedAt < Between)
                    continue;
                if (!entry.IsSeen)
                    _entries.Remove(hash); // makes room for others
                else if (taken.Count < MostAtOnce)
                    taken.Add(entry.Name(now));
            }

            return taken;
        }
    }

    /// <summary>What detectors find in the key is replaced, as it is in keys that leave.</summary>
    private string Shown(ReadOnlySpan<byte> key)
    {
        using var redacted = new PooledBuffer();
        return OneLine.Quoted(Encoding.UTF8.GetString(texts.TryRedact(key, redacted, new int[texts.Names.Count]) ? redacted.WrittenSpan : key), LongestKey);
    }

    private sealed class Entry(string shown)
    {
        public bool IsSeen { get; set; }

        public DateTimeOffset NamedAt { get; private set; } = DateTimeOffset.MinValue;

        public string Name(DateTimeOffset now)
        {
            (IsSeen, NamedAt) = (false, now);
            return shown;
        }
    }
}
