using System.Text.Json;
using SpanRelay.Tokens;

namespace SpanRelay.Local.Hosting;

/// <summary>A built function app's folder: its host.json and the function.json of every folder in it.</summary>
public sealed class FunctionApp
{
    private static readonly JsonDocumentOptions Tolerant = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private FunctionApp(string folder, HostConfiguration host, IReadOnlyList<FunctionDefinition> functions)
    {
        Folder = folder;
        Host = host;
        Functions = functions;
    }

    /// <summary>Full path.</summary>
    public string Folder { get; }

    /// <summary>Its host.json.</summary>
    public HostConfiguration Host { get; }

    /// <summary>By name.</summary>
    public IReadOnlyList<FunctionDefinition> Functions { get; }

    /// <summary>The executable's full path; on Windows with <c>.exe</c> where only that is there.</summary>
    /// <exception cref="LocalSystemException">There is no such file.</exception>
    public string Executable
    {
        get
        {
            var path = Path.Combine(Folder, Host.ExecutablePath);
            if (File.Exists(path)) return path;
            if (OperatingSystem.IsWindows() && File.Exists(path + ".exe")) return path + ".exe";
            throw new LocalSystemException(
                $"The function app's executable {Host.ExecutablePath}, named in host.json, is not in {Folder}. Build the function app first.");
        }
    }

    /// <exception cref="LocalSystemException">The folder or a file is missing or cannot be read.</exception>
    public static FunctionApp Read(string folder, AppSettings settings)
    {
        var full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
        {
            throw new LocalSystemException($"The function app's folder {full} does not exist. Build the function app, or name its folder.");
        }

        var host = HostConfiguration.Read(ReadJson(full, "host.json"), settings);
        var functions = Directory.GetDirectories(full).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .Where(name => File.Exists(Path.Combine(full, name!, "function.json")))
            .Select(name => ReadFunction(full, name!, settings)).ToList();
        return functions.Count > 0
            ? new FunctionApp(full, host, functions)
            : throw new LocalSystemException($"No folder in {full} has a function.json. Name the folder of a built function app.");
    }

    private static FunctionDefinition ReadFunction(string folder, string name, AppSettings settings)
    {
        var file = $"{name}/function.json";
        return FunctionDefinition.Read(name, file, ReadJson(folder, file), settings);
    }

    private static JsonElement ReadJson(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path))
        {
            throw new LocalSystemException($"{file} is missing in {folder}. Name the folder of a built function app.");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Tolerant);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new LocalSystemException($"{path} is not valid JSON: {exception.Message}", exception);
        }
    }
}
