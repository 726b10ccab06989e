using System.Text.Json.Nodes;

namespace SpanRelay.Fakes.KeyVault;

/// <summary>The response to a request.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Body">Null for none.</param>
internal sealed record KeyVaultReply(int Status, JsonNode? Body = null)
{
    public static KeyVaultReply Error(int status, string code, string message, string? innerCode = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (innerCode is not null)
            error["innererror"] = new JsonObject { ["code"] = innerCode };
        return new KeyVaultReply(status, new JsonObject { ["error"] = error });
    }
}
