using SpanRelay.Tokens;

namespace SpanRelay.Dynatrace;

/// <summary>How a request uses tokens: with the current one; refused, once more with another, if there is one.</summary>
internal static class TokenFailover
{
    public static async Task<Response> SendAsync(this TokenSource tokens, Func<ApiToken, Task<Response>> send, CancellationToken cancellationToken)
    {
        if (await tokens.GetAsync(cancellationToken) is not { } token)
            return new Response { Outcome = Outcome.RetryLater, Failure = tokens.LastFailure, Message = $"Not sent: there is no token yet. {tokens.LastProblem}" };

        var answer = await send(token.Token);
        if (answer.Status is 401 or 403 && await tokens.ReplaceAsync(token, cancellationToken) is { } another)
        {
            token = another;
            answer = await send(token.Token);
        }

        if (answer.Status == 200)
            tokens.Accept(token);
        return answer with { Token = token.ToString() };
    }
}
