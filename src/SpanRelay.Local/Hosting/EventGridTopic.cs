using System.Threading.Channels;
using SpanRelay.Fakes;
using SpanRelay.Tokens;

namespace SpanRelay.Local.Hosting;

/// <summary>Event Grid on one machine: takes events and hands them to the functions that its trigger starts.</summary>
public sealed class EventGridTopic
{
    private readonly Lock _lock = new();
    private readonly List<Channel<string>> _subscribers = [];
    private readonly Signal _changed = new();
    private int _pending;

    /// <summary>Raises what a Key Vault raises when a version of a secret nears its expiry.</summary>
    public void PublishSecretNearExpiry(Uri vault, string secret, string version, DateTimeOffset? expires, DateTimeOffset now) => Publish(
        KeyVaultEvents.SecretNearExpiry(vault, secret, version, expires, now));

    internal Task WhenIdleAsync(CancellationToken cancellationToken) =>
        _changed.WhenAsync(() => Volatile.Read(ref _pending) == 0, cancellationToken);

    internal ChannelReader<string> Subscribe()
    {
        var channel = Channel.CreateUnbounded<string>();
        lock (_lock) _subscribers.Add(channel);
        return channel.Reader;
    }

    internal void Settle()
    {
        Interlocked.Decrement(ref _pending);
        _changed.Raise();
    }

    private void Publish(string json)
    {
        lock (_lock)
        {
            foreach (var subscriber in _subscribers)
            {
                Interlocked.Increment(ref _pending);
                subscriber.Writer.TryWrite(json);
            }
        }
    }
}
