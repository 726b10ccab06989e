using Azure.Core;
using Microsoft.Extensions.Logging.Abstractions;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay.Doctor;

/// <summary>The checks that need the token, with clients of their own.</summary>
internal sealed class TokenChecks : IDisposable
{
    private readonly DynatraceOptions _options;
    private readonly TokenApi _api;
    private readonly DynatraceClient _client;
    private readonly Diagnoser _diagnoser;
    private readonly TokenLines _lines;
    private readonly ExportCheck _export;
    private readonly TokenSource _tokens;
    private readonly TokenVault? _vault;
    private readonly TimeProvider _time;

    public TokenChecks(SettingsCheck settings, Func<SettingsReader, string?, TokenCredential> login, TimeProvider time)
    {
        _options = settings.Relay.Dynatrace;
        (_vault, _time) = (Open(_options.Token.Secret), time);
        var rotationVault = Open(_options.Token.RotationSecret);
        _tokens = new TokenSource(_vault, _options.Token, time, NullLogger<TokenSource>.Instance);
        _api = new TokenApi(_options);
        _client = new DynatraceClient(_options, _tokens, time) { IsMeasured = false };
        _diagnoser = new Diagnoser(_tokens, _api, rotationVault, _options, time);
        _lines = new TokenLines(_options, _vault, rotationVault, _api, time);
        _export = new ExportCheck(_client, _diagnoser, _options, time);

        TokenVault? Open(TokenSecret? secret) => secret is null ? null : TokenVault.Open(secret, login(settings.Settings, null), _options.Token);
    }

    /// <param name="address">Whether the host responds: otherwise nothing is sent to it.</param>
    public async Task<IEnumerable<CheckResult>> RunAsync(Task<(IReadOnlyList<CheckResult> Results, bool IsReachable)> address, CancellationToken cancellationToken)
    {
        var (token, way) = (await _lines.RunAsync(cancellationToken), await address);
        if (!way.IsReachable)
            return [.. way.Results, .. token.Results, CheckResult.Skip("empty export", "Dynatrace cannot be reached.")];
        if (token.Token is not { } known)
            return [.. way.Results, .. token.Results, CheckResult.Skip("empty export", "There is no token to send it with.")];

        // The diagnosis of a refused export looks the token up as well: one after the other.
        var scopes = await _lines.LookUpAsync(known, cancellationToken);
        var newest = await _tokens.GetAsync(cancellationToken);
        var export = await _export.SendSpansAsync(newest, cancellationToken);
        if (export.Mark == CheckMark.Failure && await HasOlderAsync(cancellationToken))
        {
            // The app goes back to an older version when it rereads the secret.
            await Task.Delay(TokenSource.RereadInterval, _time, cancellationToken);
            export = await _export.SendSpansAsync(newest, cancellationToken);
        }

        IEnumerable<CheckResult> metrics = _options.Token.SendsMetrics ? [await _export.SendMetricsAsync(cancellationToken)] : [];
        return [.. way.Results, .. token.Results, .. scopes, export, .. metrics, .. await _lines.CheckRotationAsync(cancellationToken)];
    }

    /// <summary>Whether Dynatrace refused the token, and there are other versions.</summary>
    private async Task<bool> HasOlderAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _export.IsTokenRefused && _vault is { Secret.Version: null } && (await _vault.ListAsync(cancellationToken)).Count(version => version.Enabled == true) > 1;
        }
        catch (TokenVaultException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _diagnoser.Dispose();
        _client.Dispose();
        _api.Dispose();
    }
}
