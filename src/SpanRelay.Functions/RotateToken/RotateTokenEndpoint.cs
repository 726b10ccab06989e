using SpanRelay.Dynatrace;
using SpanRelay.Functions.Invocations;
using SpanRelay.Rotation;
using SpanRelay.Tokens;

namespace SpanRelay.Functions.RotateToken;

/// <summary>
/// Event Grid's invocation when Key Vault says that the token is near its expiry. It ends within seconds, since Event Grid waits no
/// longer than 30: the old token is deleted later, in the background. A failure is delivered again.
/// </summary>
internal static partial class RotateTokenEndpoint
{
    public static void MapRotateToken(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/RotateToken", (RequestDelegate)RotateAsync);

    private static async Task RotateAsync(HttpContext context)
    {
        var log = context.RequestServices.GetRequiredService<ILogger<TokenRotation>>();
        try
        {
            var raised = await KeyVaultEvent.ReadAsync(context.Request.Body, context.RequestAborted);
            await ReplyAsync(context, StatusCodes.Status200OK, await RotateAsync(context.RequestServices, raised));
        }
        catch (InvalidDataException e)
        {
            log.NotAnEvent(e.Message);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
        catch (Exception e) when (e is TokenVaultException or TokenApiException)
        {
            log.NotRotated(e.Message);
            await ReplyAsync(context, StatusCodes.Status503ServiceUnavailable, e.Message);
        }
    }

    private static async Task<string> RotateAsync(IServiceProvider services, KeyVaultEvent raised)
    {
        var options = services.GetRequiredService<TokenOptions>();
        if (raised.Type != KeyVaultEvent.SecretNearExpiry || !string.Equals(raised.Secret, options.Secret?.Name, StringComparison.OrdinalIgnoreCase))
            return "The event is about something else.";
        if (services.GetService<TokenRotation>() is not { } rotation)
            return "The token is near its expiry, and its rotation is off: set Dynatrace__RotationTokenSecretUri, or rotate it by hand.";

        // Not given up with the host's connection: a step that was begun is better ended.
        var progress = await rotation.RotateAsync(raised.Version, CancellationToken.None);
        return $"Rotation: {progress.State}.";
    }

    private static Task ReplyAsync(HttpContext context, int status, string line)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new InvocationReply([line]), InvocationJson.Default.InvocationReply);
    }

    [LoggerMessage(60, LogLevel.Error, "The Functions host's invocation of RotateToken cannot be read. {Problem} Is the extension bundle in host.json newer than this function app?")]
    private static partial void NotAnEvent(this ILogger log, string problem);

    [LoggerMessage(61, LogLevel.Warning, "The token is not rotated yet; the event comes again. {Problem}")]
    private static partial void NotRotated(this ILogger log, string problem);
}
