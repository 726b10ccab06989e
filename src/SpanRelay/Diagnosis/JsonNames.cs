using System.Text.Json;

namespace SpanRelay.Diagnosis;

/// <summary>The names of a JSON text's members, as far as it can be read.</summary>
internal sealed class JsonNames
{
    // What anything is shows in far fewer. Names in a hostile text are not all kept.
    private const int MaxNames = 2000;
    private const int MaxDepth = 1000;

    /// <summary>The member names of the object, or of the objects in the array, however deeply arrays are nested.</summary>
    public HashSet<string> Top { get; } = new(StringComparer.Ordinal);

    public HashSet<string> All { get; } = new(StringComparer.Ordinal);

    /// <summary>It ends in the middle, and is right up to there.</summary>
    public bool IsCutOff { get; private set; }

    public static JsonNames Read(ReadOnlySpan<byte> json)
    {
        var names = new JsonNames();
        var options = new JsonReaderOptions { MaxDepth = MaxDepth, AllowMultipleValues = true };
        var reader = new Utf8JsonReader(json, isFinalBlock: false, new JsonReaderState(options));
        try
        {
            names.ReadAll(ref reader);
            var isWhole = reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray);
            names.IsCutOff = !isWhole || !json[(int)reader.BytesConsumed..].Trim(" \t\r\n"u8).IsEmpty;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What was found so far has to suffice.
        }

        return names;
    }

    public bool HasAll(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!All.Contains(name))
                return false;
        }

        return true;
    }

    public bool HasAny(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (All.Contains(name))
                return true;
        }

        return false;
    }

    private void ReadAll(ref Utf8JsonReader reader)
    {
        var topDepth = -1;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            if (topDepth < 0)
                topDepth = reader.CurrentDepth;
            if (All.Count < MaxNames && reader.ValueSpan.Length < byte.MaxValue)
                Add(reader.GetString()!, reader.CurrentDepth == topDepth);
        }
    }

    private void Add(string name, bool isTop)
    {
        All.Add(name);
        if (isTop)
            Top.Add(name);
    }
}
