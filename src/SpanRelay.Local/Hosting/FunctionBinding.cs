using System.Text.Json;

namespace SpanRelay.Local.Hosting;

/// <summary>One of a function.json's bindings.</summary>
public sealed class FunctionBinding
{
    private readonly JsonElement _json;
    private readonly AppSettings _settings;

    internal FunctionBinding(JsonElement json, AppSettings settings, string file)
    {
        _json = json;
        _settings = settings;
        File = file;
    }

    /// <summary>The function.json it stands in, for messages.</summary>
    public string File { get; }

    /// <summary>Such as <c>eventHubTrigger</c>.</summary>
    public string Type => Required("type");

    /// <summary>The key under <c>Data</c> in an invocation.</summary>
    public string Name => Required("name");

    /// <summary>It starts the function.</summary>
    public bool IsTrigger => Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase);

    /// <summary>A text with its settings in place, or null where there is none.</summary>
    /// <exception cref="LocalSystemException">A setting is missing.</exception>
    public string? Optional(string property) =>
        _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
            ? _settings.Resolve(value.GetString()!, File)
            : null;

    /// <summary>A list of texts; empty where there is none.</summary>
    public IReadOnlyList<string> Texts(string property) =>
        _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(each => each.ValueKind == JsonValueKind.String).Select(each => each.GetString()!)]
            : [];

    /// <summary>A text with its settings in place.</summary>
    /// <exception cref="LocalSystemException">The text or one of its settings is missing.</exception>
    public string Required(string property) =>
        Optional(property) ?? throw new LocalSystemException($"{File}: a binding has no text \"{property}\". Add it.");
}
