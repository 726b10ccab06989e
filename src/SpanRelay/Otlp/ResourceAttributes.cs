using System.Text;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Otlp;

/// <summary>Configured attributes added to every resource, encoded once. They replace the sender's attributes of the same key.</summary>
public sealed class ResourceAttributes
{
    public static readonly ResourceAttributes None = new([]);

    private readonly byte[][] _keys;
    private readonly byte[] _encoded;

    private ResourceAttributes(IReadOnlyList<KeyValuePair<string, string>> attributes)
    {
        _keys = [.. attributes.Select(attribute => Encoding.UTF8.GetBytes(attribute.Key))];
        var resource = new Resource();
        foreach (var (key, value) in attributes)
            resource.Attributes.Add(new KeyValue { Key = key, Value = new AnyValue { StringValue = value } });
        _encoded = resource.ToByteArray();
    }

    public bool IsEmpty => _keys.Length == 0;

    /// <summary>The attributes as fields of an encoded Resource.</summary>
    public ReadOnlySpan<byte> Encoded => _encoded;

    public bool Replaces(ReadOnlySpan<byte> key)
    {
        foreach (var replaced in _keys)
        {
            if (key.SequenceEqual(replaced))
                return true;
        }

        return false;
    }

    /// <summary>Reads <c>key=value,key=value</c>, percent-decoded as in OTEL_RESOURCE_ATTRIBUTES. A key that comes twice has its last value.</summary>
    /// <param name="problem">What is wrong with the text, naming the pair by its place (it may hold anything); null when it was read.</param>
    public static ResourceAttributes Parse(string text, out string? problem)
    {
        problem = null;
        var attributes = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        var pairs = text.Split(',', StringSplitOptions.TrimEntries);
        for (var i = 0; i < pairs.Length; i++)
        {
            if (pairs[i].Length == 0)
                continue;

            var equals = pairs[i].IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                problem = $"pair {i + 1} is not of the form key=value";
                return None;
            }

            attributes[Uri.UnescapeDataString(pairs[i][..equals].Trim())] = Uri.UnescapeDataString(pairs[i][(equals + 1)..].Trim());
        }

        return new ResourceAttributes([.. attributes]);
    }
}
