using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;
using SpanRelay.Telemetry;

namespace SpanRelay.Sending;

/// <summary>
/// Logs and counts what happens to metrics. Warning: they are kept, and logged again after <see cref="Between"/> or when the response
/// changes. Error: some are lost. Spans are never affected.
/// </summary>
internal sealed partial class MetricsProblems(TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(5);

    private (int? Status, FailureKind Failure)? _obstacle;
    private DateTimeOffset _nextWarning;

    public void NotePassed()
    {
        if (_obstacle is not null)
            LogPassed();
        _obstacle = null;
    }

    public void NoteAccepted(string warning)
    {
        if (warning.Length > 0)
            LogAcceptedWithWarning(warning);
    }

    public void NoteRejected(long dataPoints, string message)
    {
        RelayMetrics.MetricsRejected.Add(dataPoints);
        LogRejected(dataPoints, message);
    }

    public void NoteLost(long spans, string why)
    {
        RelayMetrics.MetricsLost.Add(spans);
        LogLost(spans, why);
    }

    public void NoteKept(Response response, Uri address)
    {
        if (_obstacle == (response.Status, response.Failure) && time.GetUtcNow() < _nextWarning)
            return;

        (_obstacle, _nextWarning) = ((response.Status, response.Failure), time.GetUtcNow() + Between);
        LogKept(address, response.StatusText, response.Message, NextStep(response));
    }

    private static string NextStep(Response response) => response.Status switch
    {
        401 or 403 when response.Token.Contains("dt0s", StringComparison.Ordinal) =>
            $"Give the platform token the scope {TokenCheck.PlatformMetricsScope}, and its user a policy that allows it, or set GenAi__Metrics to false. ",
        401 or 403 =>
            $"Create an access token with the scopes {TokenCheck.ClassicScope} and {TokenCheck.ClassicMetricsScope} and store it as a new version of the Key Vault secret (Dynatrace__TokenSecretUri), or set GenAi__Metrics to false. ",
        404 or 405 => "If spans are delivered, this environment or a proxy in front of it does not accept metrics: allow the path, or set GenAi__Metrics to false. ",
        _ => "",
    };

    [LoggerMessage(60, LogLevel.Warning, "Metrics cannot be sent to {Address}: {Response}. {Message} {NextStep}They are kept for up to an hour; spans are not affected. See docs/ai-metrics.md.")]
    private partial void LogKept(Uri address, string response, string message, string nextStep);

    [LoggerMessage(61, LogLevel.Information, "Metrics are sent again.")]
    private partial void LogPassed();

    [LoggerMessage(62, LogLevel.Error, "Lost the metrics of {Spans} model spans, which were delivered themselves. {Why}")]
    private partial void LogLost(long spans, string why);

    [LoggerMessage(63, LogLevel.Error, "Dynatrace rejected {DataPoints} data points of metrics, which are lost: {Message}")]
    private partial void LogRejected(long dataPoints, string message);

    [LoggerMessage(64, LogLevel.Warning, "Dynatrace accepted metrics with a warning: {Message}")]
    private partial void LogAcceptedWithWarning(string message);
}
