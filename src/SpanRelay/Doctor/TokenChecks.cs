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
    private readonly TokenMetrics _metrics = new();
    private readonly TokenApi _api;
    private readonly DynatraceClient _client;
    private readonly Diagnoser _diagnoser;
    private readonly TokenLines _lines;
    private readonly ExportCheck _export;
    private readonly TokenSource _tokens;

    public TokenChecks(SettingsCheck settings, Func<SettingsReader, string?, TokenCredential> login, TimeProvider time)
    {
        _options = settings.Relay.Dynatrace;
        var (vault, rotationVault) = (Open(_options.Token.Secret), Open(_options.Token.RotationSecret));
        _tokens = new TokenSource(vault, _options.Token, _metrics, time, NullLogger<TokenSource>.Instance);
        _api = new TokenApi(_options);
        _client = new DynatraceClient(_options, _tokens, time);
        _diagnoser = new Diagnoser(_tokens, _api, rotationVault, _options, time);
        _lines = new TokenLines(_options, vault, rotationVault, _api, time);
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
        IEnumerable<CheckResult> metrics = _options.Token.SendsMetrics ? [await _export.SendMetricsAsync(cancellationToken)] : [];
        return [.. way.Results, .. token.Results, .. scopes, export, .. metrics, .. await _lines.CheckRotationAsync(cancellationToken)];
    }

    public void Dispose()
    {
        _diagnoser.Dispose();
        _client.Dispose();
        _api.Dispose();
        _metrics.Dispose();
    }
}
