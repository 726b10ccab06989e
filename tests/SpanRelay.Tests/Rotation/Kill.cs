using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Rotation;

/// <summary>
/// The end of a process at its n-th request: before that request reaches anything, or when it was carried out and nobody is left
/// to hear the answer. Nothing it would do afterwards, such as cleaning up, reaches anything either.
/// </summary>
internal sealed class Kill(int at, bool isCarriedOut) : IDisposable
{
    private readonly CancellationTokenSource _killed = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private int _requests;

    public bool IsDead => Volatile.Read(ref _requests) >= at;

    public CancellationToken Killed => _killed.Token;

    /// <summary>To be asked once for each request.</summary>
    public bool StrikesNow()
    {
        if (IsDead || Interlocked.Increment(ref _requests) != at)
            return false;
        _killed.Cancel();
        return true;
    }

    public void Dispose() => _killed.Dispose();

    public sealed class Handler(Kill kill) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        private readonly bool _isCarriedOut = kill.IsCarriedOut;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (kill.IsDead)
                throw new OperationCanceledException(kill.Killed);
            if (!kill.StrikesNow())
                return await base.SendAsync(request, cancellationToken);
            if (_isCarriedOut)
                (await base.SendAsync(request, CancellationToken.None)).Dispose();
            throw new OperationCanceledException(kill.Killed);
        }
    }

    private bool IsCarriedOut => isCarriedOut;
}
