using Amqp.Framing;
using SpanRelay.Local.EventHub.Amqp.Wire;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>A client's connection, from its first byte to its last. Frames are handled one after the other.</summary>
internal sealed class AmqpConnection : IDisposable
{
    private const int SmallestFrame = 512;

    private readonly CancellationTokenSource _closing;
    private readonly Dictionary<ushort, AmqpSession> _sessions = [];
    private readonly ConnectionContext _context;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;

    public AmqpConnection(Stream stream, ILinkOpener opener, BufferBudget budget, CancellationToken stopping)
    {
        _closing = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _reader = new FrameReader(stream);
        _writer = new FrameWriter(stream);
        _context = new ConnectionContext
        {
            Writer = _writer,
            Opener = opener,
            Budget = budget,
            Closing = _closing.Token,
            Run = task => _ = EndWithAsync(task),
            IsFullNow = () => _sessions.Values.Sum(session => session.LinkCount) >= AmqpLimits.MaxLinks,
        };
    }

    /// <summary>Returns when the client has closed, or did what ends a connection.</summary>
    public async Task RunAsync()
    {
        if (await OpenAsync() is not { } open) return;
        _context.PeerFrameBytes = (int)Math.Clamp(open.MaxFrameSize, SmallestFrame, AmqpLimits.MaxFrameBytes);
        _context.Run(Heartbeat.RunAsync(_writer, open.IdleTimeOut, _closing.Token));
        if (await HandleFramesAsync() is { } error) await _writer.WriteAsync(0, new Close { Error = error }, _closing.Token);
    }

    public void Dispose()
    {
        _closing.Cancel();
        foreach (var session in _sessions.Values) session.Dispose();
        _writer.Dispose();
        _closing.Dispose();
    }

    private async Task<Open?> OpenAsync()
    {
        using var timeout = new CancellationTokenSource(AmqpLimits.HandshakeTimeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _closing.Token);
        if (!await SaslHandshake.RunAsync(_reader, _writer, either.Token)) return null;
        if ((await _reader.ReadAsync(either.Token)).Frame?.Performative is not Open open) return null;
        var answer = new Open { ContainerId = "spanrelay", MaxFrameSize = AmqpLimits.MaxFrameBytes, ChannelMax = AmqpLimits.MaxChannel };
        await _writer.WriteAsync(0, answer, either.Token);
        return open;
    }

    /// <returns>The error to close with; null when the client has closed.</returns>
    private async Task<Error?> HandleFramesAsync()
    {
        while (true)
        {
            var read = await _reader.ReadAsync(_closing.Token);
            if (read.Problem is { } problem) return AmqpErrors.Framing(problem);
            if (read.Frame is not { } frame) return null;
            if (frame.Performative is Close)
            {
                await _writer.WriteAsync(0, new Close(), _closing.Token);
                return null;
            }

            if (await HandleAsync(frame) is { } error) return error;
        }
    }

    private async Task<Error?> HandleAsync(AmqpFrame frame)
    {
        if (frame.Performative is not { } performative) return null;
        if (performative is Begin begin) return await BeginAsync(frame.Channel, begin);
        if (!_sessions.TryGetValue(frame.Channel, out var session)) return AmqpErrors.NotAllowed($"The channel {frame.Channel} has no session.");
        return performative is End ? await EndAsync(frame.Channel, session) : await session.HandleAsync(performative, frame.Payload);
    }

    private async Task<Error?> BeginAsync(ushort channel, Begin begin)
    {
        if (channel > AmqpLimits.MaxChannel || _sessions.ContainsKey(channel)) return AmqpErrors.NotAllowed($"The channel {channel} is in use or too large.");
        var session = _sessions[channel] = new AmqpSession(channel, begin, _context);
        await session.AnswerAsync();
        return null;
    }

    private async Task<Error?> EndAsync(ushort channel, AmqpSession session)
    {
        _sessions.Remove(channel);
        session.Dispose();
        await _writer.WriteAsync(channel, new End(), _closing.Token);
        return null;
    }

    /// <summary>A link that fails must not leave a client waiting: its connection ends.</summary>
    private async Task EndWithAsync(Task task)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!task.IsFaulted) return;
        try
        {
            await _closing.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
    }
}
