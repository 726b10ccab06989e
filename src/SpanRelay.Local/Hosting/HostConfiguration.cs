using System.Globalization;
using System.Text.Json;

namespace SpanRelay.Local.Hosting;

/// <summary>What host.json says, as far as it matters on one machine. A setting AzureFunctionsJobHost__{path} has the last word on extensions.</summary>
public sealed class HostConfiguration
{
    private const string File = "host.json";

    private readonly JsonElement _json;
    private readonly AppSettings _settings;

    private HostConfiguration(JsonElement json, AppSettings settings)
    {
        _json = json;
        _settings = settings;
    }

    /// <summary>Relative to the app folder.</summary>
    public string ExecutablePath => Text(Find("customHandler", "description", "defaultExecutablePath")) is { Length: > 0 } path
        ? path
        : throw new LocalSystemException($"{File} has no customHandler.description.defaultExecutablePath. Name the handler's executable there.");

    /// <summary>Arguments of the executable; none by default.</summary>
    public IReadOnlyList<string> Arguments => Find("customHandler", "description", "arguments") is { ValueKind: JsonValueKind.Array } array
        ? [.. array.EnumerateArray().Select(argument => argument.GetString() ?? "")]
        : [];

    /// <summary>How long the handler may take until it answers; 30 s by default.</summary>
    public TimeSpan InitializationTimeout => Interval(TimeSpan.FromSeconds(30), "customHandler", "initializationTimeout");

    /// <summary>How long an invocation may take; 30 minutes by default.</summary>
    public TimeSpan FunctionTimeout => Interval(TimeSpan.FromMinutes(30), "functionTimeout");

    /// <summary>HTTP functions get the original requests.</summary>
    public bool ForwardsHttpRequests => Find("customHandler", "enableForwardingHttpRequest") is { ValueKind: JsonValueKind.True };

    /// <summary>Of the routes of HTTP functions, without slashes around it; "api" by default.</summary>
    public string RoutePrefix => ExtensionText("http", "routePrefix", "api").Trim('/');

    /// <summary>A whole number of an extension, such as eventHubs.maxEventBatchSize.</summary>
    public int ExtensionNumber(string extension, string property, int byDefault) =>
        Override(extension, property) is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set :
        Find("extensions", extension, property) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number)
            ? number
            : byDefault;

    /// <summary>A duration of an extension.</summary>
    public TimeSpan ExtensionInterval(string extension, string property, TimeSpan byDefault) =>
        Override(extension, property) is { } text && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var set)
            ? set
            : Interval(byDefault, "extensions", extension, property);

    /// <summary>A text of an extension.</summary>
    public string ExtensionText(string extension, string property, string byDefault) =>
        Override(extension, property) ?? Text(Find("extensions", extension, property)) ?? byDefault;

    internal static HostConfiguration Read(JsonElement json, AppSettings settings) => new(json, settings);

    private string? Override(string extension, string property) =>
        _settings.Values.GetValueOrDefault($"AzureFunctionsJobHost__extensions__{extension}__{property}");

    private TimeSpan Interval(TimeSpan byDefault, params string[] path)
    {
        if (Find(path) is not { } value) return byDefault;
        return TimeSpan.TryParse(Text(value), CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero
            ? interval
            : throw new LocalSystemException($"{File}: {string.Join('.', path)} is not a duration. Write it as hh:mm:ss.");
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
