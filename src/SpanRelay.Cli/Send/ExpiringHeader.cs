namespace SpanRelay.Cli.Send;

/// <summary>An Authorization header that is created again before it expires: a run may last longer.</summary>
internal sealed class ExpiringHeader(Func<CancellationToken, ValueTask<(string Value, DateTimeOffset Expires)>> create)
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private Task<(string Value, DateTimeOffset Expires)>? _current;

    public async ValueTask<(string Name, string Value)?> GetAsync(CancellationToken cancellationToken)
    {
        Task<(string Value, DateTimeOffset Expires)> current;
        lock (_lock)
        {
            if (_current is null || (_current.IsCompletedSuccessfully && TimeProvider.System.GetUtcNow() > _current.Result.Expires - RenewBefore))
                _current = create(cancellationToken).AsTask();
            current = _current;
        }

        return ("Authorization", (await current).Value);
    }
}
