using System.Diagnostics.Metrics;

namespace SpanRelay.Tokens;

/// <summary>The token's metrics.</summary>
public sealed class TokenMetrics : IDisposable
{
    private readonly Meter _meter = new("SpanRelay");
    private readonly Counter<long> _vaultFailures;
    private readonly Counter<long> _fallbacks;
    private double _daysLeft = double.NaN;

    public TokenMetrics()
    {
        _vaultFailures = _meter.CreateCounter<long>("spanrelay.token.vault_failures", description: "Reads of the token that Key Vault failed.");
        _fallbacks = _meter.CreateCounter<long>("spanrelay.token.fallbacks", description: "Times that an older token was used because Dynatrace refused the newest.");
        _meter.CreateObservableGauge("spanrelay.token.days_left", ObserveDaysLeft, "d", "Days until the token in use expires.");
    }

    public void CountVaultFailure() => _vaultFailures.Add(1);

    public void CountFallback() => _fallbacks.Add(1);

    /// <param name="daysLeft">Null when no expiry is known.</param>
    public void SetDaysLeft(double? daysLeft) => Volatile.Write(ref _daysLeft, daysLeft ?? double.NaN);

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> ObserveDaysLeft() =>
        Volatile.Read(ref _daysLeft) is var days && double.IsNaN(days) ? [] : [new Measurement<double>(days)];
}
