using System.Text.Json;
using SpanRelay.Local.Host.Configuration;
using SpanRelay.Local.Host.Worker.Protocol;
using SpanRelay.Tokens;

namespace SpanRelay.Local.Host.Functions;

/// <summary>A function as the worker describes it.</summary>
internal sealed class FunctionDefinition
{
    private FunctionDefinition(string name, string id, IReadOnlyList<FunctionBinding> bindings, RetryPolicy? retry)
    {
        Name = name;
        Id = id;
        Bindings = bindings;
        Retry = retry;
    }

    /// <summary>As the <c>Function</c> attribute has it.</summary>
    public string Name { get; }

    /// <summary>Identifies the function in invocation requests.</summary>
    public string Id { get; }

    /// <summary>In the worker's order.</summary>
    public IReadOnlyList<FunctionBinding> Bindings { get; }

    /// <summary>Null if failed invocations are not retried.</summary>
    public RetryPolicy? Retry { get; }

    /// <summary>What starts it.</summary>
    /// <exception cref="LocalSystemException">None of its bindings is a trigger, or more than one is.</exception>
    public FunctionBinding Trigger => Bindings.Where(binding => binding.IsTrigger).ToList() switch
    {
        [var trigger] => trigger,
        var triggers => throw new LocalSystemException($"The function {Name} has {triggers.Count} triggers; a function has exactly one."),
    };

    /// <exception cref="LocalSystemException">A binding is not JSON, or the retry options are invalid.</exception>
    internal static FunctionDefinition Read(RpcFunctionMetadata metadata, AppSettings settings)
    {
        try
        {
            var bindings = metadata.RawBindings.Select(binding =>
            {
                using var json = JsonDocument.Parse(binding);
                return new FunctionBinding(json.RootElement.Clone(), settings, metadata.Name);
            });
            var retry = metadata.RetryOptions is { } options ? RetryPolicy.Read(options, metadata.Name) : null;
            return new FunctionDefinition(metadata.Name, metadata.FunctionId, [.. bindings], retry);
        }
        catch (JsonException exception)
        {
            throw new LocalSystemException($"The worker describes a binding of {metadata.Name} in what is not JSON: {exception.Message}", exception);
        }
    }
}
