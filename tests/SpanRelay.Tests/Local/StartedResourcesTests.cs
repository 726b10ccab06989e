using SpanRelay.Local;

namespace SpanRelay.Tests.Local;

public class StartedResourcesTests
{
    private readonly List<string> _disposed = [];

    [Fact]
    public async Task TheyAreDisposedInReverseOrderAndOnce()
    {
        var started = new StartedResources();
        started.Add(new Resource("first", _disposed));
        started.Add(new Resource("second", _disposed));

        await started.DisposeAsync();
        await started.DisposeAsync();

        Assert.Equal(["second", "first"], _disposed);
    }

    [Fact]
    public async Task WhenSomeFailAllAreDisposedAndTheFirstFailureIsRethrown()
    {
        var started = new StartedResources();
        started.Add(new Resource("process", _disposed));
        started.Add(new Resource("vault", _disposed) { Failure = new IOException("vault") });
        started.Add(new Resource("server", _disposed));
        started.Add(new Resource("host", _disposed) { Failure = new InvalidOperationException("host") });

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await started.DisposeAsync());

        Assert.Equal("host", failure.Message);
        Assert.Equal(["host", "server", "vault", "process"], _disposed);
    }

    private sealed class Resource(string name, List<string> disposed) : IAsyncDisposable
    {
        public Exception? Failure { get; init; }

        public ValueTask DisposeAsync()
        {
            disposed.Add(name);
            return Failure is null ? ValueTask.CompletedTask : ValueTask.FromException(Failure);
        }
    }
}
