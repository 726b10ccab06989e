using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Doctor;

/// <summary>
/// Sends an empty export, as the relay sends spans: Dynatrace stores nothing, but decides about address and token. What it
/// responds is diagnosed as for a dead letter.
/// </summary>
internal sealed class ExportCheck(DynatraceClient client, Diagnoser diagnoser, DynatraceOptions options, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    // No bytes, gzipped.
    private static readonly byte[] Nothing = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>By the last response.</summary>
    public bool IsTokenRefused { get; private set; }

    public async Task<CheckResult> SendSpansAsync(TokenVersion? newest, CancellationToken cancellationToken)
    {
        var response = await client.SendAsync(Nothing, Timeout, cancellationToken);
        IsTokenRefused = response.Status is 401 or 403;
        var result = await JudgeAsync("empty export", options.Endpoint.Traces, response, cancellationToken);
        return result.Mark == CheckMark.Ok && newest is not null && !newest.IsOf(response.Token)
            ? CheckResult.Warn(result.Check, $"Dynatrace refuses the newest version, {newest}, and accepts an older one: {response.Token}.", "Store a working token as a new version before the older one expires or is revoked.", CauseCatalog.TokenRefused.Code)
            : result;
    }

    public async Task<CheckResult> SendMetricsAsync(CancellationToken cancellationToken) =>
        await JudgeAsync("empty metrics export", options.Endpoint.Metrics, await client.SendMetricsAsync(Nothing, Timeout, cancellationToken), cancellationToken);

    private async Task<CheckResult> JudgeAsync(string check, Uri address, Response response, CancellationToken cancellationToken)
    {
        // Some environments answer 400 to an export without spans; that, too, comes after the token was accepted.
        if (response.Outcome == Outcome.Delivered || response.Status == 400)
            return CheckResult.Ok(check, $"Dynatrace accepts the address and the token {response.Token} ({response.StatusText}).");
        if (response.Outcome == Outcome.DeliveredInPart)
            return CheckResult.Of(CauseCatalog.PartialSuccess, check, response.Message, CheckMark.Warning);

        var cause = await diagnoser.DiagnoseAsync(Causes.LetterOf(response, address.AbsoluteUri, time.GetUtcNow()), default, cancellationToken);
        var found = $"{cause.Title}. {string.Join(" ", cause.Evidence)}";
        var isPassing = response.Status == 429;
        return isPassing ? CheckResult.Warn(check, found, cause.NextStep, cause.Code) : CheckResult.Fail(check, found, cause.NextStep, cause.Code);
    }
}
