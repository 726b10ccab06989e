using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using SpanRelay.DeadLetters;

namespace SpanRelay.Functions.Hosting;

/// <summary>
/// Lets the host read the queue of the account that the relay writes to. Without an account for dead letters that is the host's own:
/// the trigger's connection would then be one that is not set, and the host would leave the function out.
/// </summary>
/// <param name="connection">The connection that is set.</param>
internal sealed class DeadLetterConnection(string connection) : IFunctionMetadataTransformer
{
    public string Name => nameof(DeadLetterConnection);

    public void Transform(IList<IFunctionMetadata> original)
    {
        foreach (var bindings in original.Select(function => function.RawBindings).OfType<IList<string>>())
        {
            for (var i = 0; i < bindings.Count; i++)
                bindings[i] = Connected(bindings[i]);
        }
    }

    private string Connected(string binding)
    {
        var json = JsonNode.Parse(binding)!.AsObject();
        if (json["connection"]?.GetValue<string>() != StorageOptions.OwnConnection)
            return binding;
        json["connection"] = connection;
        return json.ToJsonString();
    }
}
