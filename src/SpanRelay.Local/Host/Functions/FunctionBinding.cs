using System.Text.Json;
using SpanRelay.Local.Host.Configuration;

namespace SpanRelay.Local.Host.Functions;

/// <summary>One of a function's bindings, as the worker describes it in JSON.</summary>
internal sealed class FunctionBinding
{
    private readonly JsonElement _json;
    private readonly AppSettings _settings;

    internal FunctionBinding(JsonElement json, AppSettings settings, string function)
    {
        _json = json;
        _settings = settings;
        Function = function;
    }

    /// <summary>The function's name, for messages.</summary>
    public string Function { get; }

    /// <summary>Such as <c>eventHubTrigger</c>.</summary>
    public string Type => Required("type");

    /// <summary>The parameter's name.</summary>
    public string Name => Required("name");

    /// <summary>It starts the function.</summary>
    public bool IsTrigger => Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase);

    /// <summary>A string property with its %SETTINGS% replaced, or null if there is none.</summary>
    /// <exception cref="LocalSystemException">A setting is missing.</exception>
    public string? Optional(string property) =>
        Find(property) is { ValueKind: JsonValueKind.String } value ? _settings.Resolve(value.GetString()!, Function) : null;

    /// <summary>A Boolean property; false if there is none.</summary>
    public bool Flag(string property) => Find(property) is { ValueKind: JsonValueKind.True };

    /// <summary>A list of strings; empty if there is none.</summary>
    public IReadOnlyList<string> Texts(string property) =>
        Find(property) is { ValueKind: JsonValueKind.Array } value
            ? [.. value.EnumerateArray().Where(each => each.ValueKind == JsonValueKind.String).Select(each => each.GetString()!)]
            : [];

    /// <summary>A string property with its %SETTINGS% replaced.</summary>
    /// <exception cref="LocalSystemException">The property or one of its settings is missing.</exception>
    public string Required(string property) =>
        Optional(property) ?? throw new LocalSystemException($"{Function}: a binding has no text \"{property}\". Set it on the binding's attribute.");

    // Property names have no fixed case: what is eventHubName here is EventHubName where it comes from an attribute's property.
    private JsonElement? Find(string property)
    {
        if (_json.ValueKind != JsonValueKind.Object) return null;
        foreach (var each in _json.EnumerateObject())
        {
            if (string.Equals(each.Name, property, StringComparison.OrdinalIgnoreCase)) return each.Value;
        }

        return null;
    }
}
