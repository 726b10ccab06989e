using System.Globalization;
using System.Text.Json;

namespace SpanRelay.Local.Host.Configuration;

/// <summary>The part of host.json that matters on one machine. A setting <c>AzureFunctionsJobHost__{path}</c> overrides it.</summary>
internal sealed class HostConfiguration
{
    private const string FileName = "host.json";
    private const string OverridePrefix = "AzureFunctionsJobHost__";

    private static readonly JsonDocumentOptions Tolerant = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly JsonElement _json;
    private readonly AppSettings _settings;

    private HostConfiguration(JsonElement json, AppSettings settings) => (_json, _settings) = (json, settings);

    /// <summary>How long an invocation may take; 30 minutes by default.</summary>
    public TimeSpan FunctionTimeout => Interval(TimeSpan.FromMinutes(30), "functionTimeout");

    /// <summary>The prefix of the HTTP functions' routes, without slashes around it; "api" by default.</summary>
    public string RoutePrefix => ExtensionText("http", "routePrefix", "api").Trim('/');

    /// <summary>A whole number of an extension, such as eventHubs.maxEventBatchSize.</summary>
    public int ExtensionNumber(string extension, string property, int byDefault) =>
        Override("extensions", extension, property) is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set :
        Find("extensions", extension, property) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number)
            ? number
            : byDefault;

    /// <summary>A duration of an extension.</summary>
    public TimeSpan ExtensionInterval(string extension, string property, TimeSpan byDefault) =>
        Interval(byDefault, "extensions", extension, property);

    /// <summary>A text of an extension.</summary>
    public string ExtensionText(string extension, string property, string byDefault) =>
        Override("extensions", extension, property) ?? Text(Find("extensions", extension, property)) ?? byDefault;

    /// <exception cref="LocalSystemException">The file is missing or is not JSON, or it is a custom handler's.</exception>
    internal static HostConfiguration Read(string folder, AppSettings settings)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw new LocalSystemException($"{FileName} is missing in {folder}. Name the folder of a built function app.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Tolerant);
            var configuration = new HostConfiguration(document.RootElement.Clone(), settings);
            configuration.RefuseCustomHandler();
            return configuration;
        }
        catch (JsonException exception)
        {
            throw new LocalSystemException($"{path} is not valid JSON: {exception.Message}", exception);
        }
    }

    /// <summary>The string members of an object, with their overrides.</summary>
    internal IReadOnlyDictionary<string, string> Texts(params string[] path)
    {
        var texts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (Find(path) is { ValueKind: JsonValueKind.Object } found)
        {
            foreach (var property in found.EnumerateObject().Where(each => each.Value.ValueKind == JsonValueKind.String))
                texts[property.Name] = property.Value.GetString()!;
        }

        var prefix = OverridePrefix + string.Join("__", path) + "__";
        foreach (var (name, value) in _settings.Values.Where(setting => setting.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            texts[name[prefix.Length..]] = value;
        return texts;
    }

    // The real host loads no function of such an app.
    private void RefuseCustomHandler()
    {
        var refused = Array.Find(["customHandler", "extensionBundle"], name => Find(name) is not null);
        if (refused is not null)
            throw new LocalSystemException($"{FileName} has \"{refused}\", with which the Functions host loads no function of a .NET isolated worker. Remove it.");
    }

    private string? Override(params string[] path) => _settings.Values.GetValueOrDefault(OverridePrefix + string.Join("__", path));

    private TimeSpan Interval(TimeSpan byDefault, params string[] path)
    {
        if ((Override(path) ?? Find(path)?.ToString()) is not { } text) return byDefault;
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero
            ? interval
            : throw new LocalSystemException($"{FileName}: {string.Join('.', path)} is not a duration. Write it as hh:mm:ss.");
    }

    private JsonElement? Find(params string[] path)
    {
        var element = _json;
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return null;
        }

        return element;
    }

    private static string? Text(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
