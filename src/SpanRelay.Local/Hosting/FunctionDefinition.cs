using System.Text.Json;
using SpanRelay.Tokens;

namespace SpanRelay.Local.Hosting;

/// <summary>A folder of the function app with its function.json.</summary>
public sealed class FunctionDefinition
{
    private FunctionDefinition(string name, string file, IReadOnlyList<FunctionBinding> bindings, RetryPolicy? retry)
    {
        Name = name;
        File = file;
        Bindings = bindings;
        Retry = retry;
    }

    /// <summary>The folder's name: the path of its invocations.</summary>
    public string Name { get; }

    /// <summary>The function.json, relative to the app folder, for messages.</summary>
    public string File { get; }

    /// <summary>In the file's order.</summary>
    public IReadOnlyList<FunctionBinding> Bindings { get; }

    /// <summary>Null: a failed invocation is not repeated.</summary>
    public RetryPolicy? Retry { get; }

    /// <summary>What starts it.</summary>
    /// <exception cref="LocalSystemException">None of its bindings is a trigger, or more than one is.</exception>
    public FunctionBinding Trigger => Bindings.Where(binding => binding.IsTrigger).ToList() switch
    {
        [var trigger] => trigger,
        var triggers => throw new LocalSystemException($"{File} has {triggers.Count} triggers; a function has exactly one."),
    };

    internal static FunctionDefinition Read(string name, string file, JsonElement json, AppSettings settings)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("bindings", out var bindings) || bindings.ValueKind != JsonValueKind.Array)
        {
            throw new LocalSystemException($"{file} has no \"bindings\" array. Add one with a trigger.");
        }

        var retry = json.TryGetProperty("retry", out var policy) ? RetryPolicy.Read(policy, file) : null;
        return new FunctionDefinition(
            name, file, [.. bindings.EnumerateArray().Select(binding => new FunctionBinding(binding, settings, file))], retry);
    }
}
