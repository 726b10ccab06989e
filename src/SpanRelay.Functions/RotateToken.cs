using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;
using SpanRelay.Functions.Hosting;
using SpanRelay.Rotation;
using SpanRelay.Tokens;

namespace SpanRelay.Functions;

/// <summary>Looks at the token's expiry once a day, and replaces the token in time. Does nothing where rotation is off.</summary>
public sealed partial class RotateToken(IServiceProvider services, ILogger<RotateToken> log)
{
    [Function(nameof(RotateToken))]
    public async Task RunAsync([TimerTrigger("0 0 3 * * *")] TimerInfo timer, FunctionContext context)
    {
        if (services.GetService<TokenRotation>() is not { } rotation)
            return;

        try
        {
            var progress = await rotation.RotateIfDueAsync(StopMiddleware.TokenOf(context));
            if (progress.State != RotationState.None)
                LogProgress(progress.State);
        }
        catch (Exception e) when (e is TokenVaultException or TokenApiException)
        {
            LogNotRotated(e.Message);
        }
    }

    [LoggerMessage(55, LogLevel.Information, "Token rotation: {State}.")]
    private partial void LogProgress(RotationState state);

    [LoggerMessage(56, LogLevel.Warning, "The token could not be checked or rotated; the next attempt is tomorrow. {Problem}")]
    private partial void LogNotRotated(string problem);
}
