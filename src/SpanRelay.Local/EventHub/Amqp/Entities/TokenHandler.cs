namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary><c>$cbs</c>: a client puts a token on its connection.</summary>
internal sealed class TokenHandler(ConnectionTokens tokens) : IRequestHandler
{
    public Reply Answer(Request request)
    {
        if (request.Text("operation") != "put-token") return new Reply(400, "Only put-token is supported here.");
        var result = tokens.Put(request.Body as string);
        return result.IsValid ? new Reply(202, "Accepted") : new Reply(401, $"InvalidSignature: {result.Reason}", AmqpErrors.UnauthorizedAccess);
    }
}
