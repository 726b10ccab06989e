using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SpanRelay.DeadLetters;

namespace SpanRelay.Tests.Dynatrace;

/// <summary>How a connection goes on when the answer's bytes are out.</summary>
internal enum Ending
{
    Close,
    Reset,
    Silence,
}

/// <summary>What is answered, to the byte.</summary>
internal sealed record RawAnswer(byte[] Bytes, Ending Ending = Ending.Close, bool ReadsBody = true)
{
    public static RawAnswer Accepted { get; } = Of("200 OK", "", []);

    public static RawAnswer Of(string status, string headers, byte[] body, Ending ending = Ending.Close, int? contentLength = null) => new(
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}Content-Length: {(contentLength ?? body.Length).ToString(CultureInfo.InvariantCulture)}\r\nConnection: close\r\n\r\n"), .. body],
        ending);
}

/// <summary>An HTTP server of sockets on 127.0.0.1 that answers what it is told, proper or not: the first answers in order, then the last of them again and again.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly RawAnswer[] _answers;
    private readonly Task _accepting;
    private int _requests;
    private int _silent;

    public RawServer(params RawAnswer[] answers)
    {
        _answers = answers;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    public int Requests => _requests;

    /// <summary>Requests so far that waited, or wait, for an answer which does not come.</summary>
    public int Silent => _silent;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting; // Before the listener stops: it would refuse to be asked once more.
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(AnswerAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var buffer = new byte[64 * 1024];
                await using var stream = new NetworkStream(socket, ownsSocket: false);
                var (body, length) = await ReadHeadAsync(stream, buffer);
                if (length < 0)
                    return;
                var answer = _answers[Math.Min(Interlocked.Increment(ref _requests), _answers.Length) - 1];
                while (answer.ReadsBody && body < length && await stream.ReadAsync(buffer, _stop.Token) is var count && count > 0)
                    body += count;

                await stream.WriteAsync(answer.Bytes, _stop.Token);
                if (answer.Ending == Ending.Silence)
                    await WhenClosedAsync(stream, buffer);
                if (answer.Ending == Ending.Reset)
                    socket.LingerState = new LingerOption(true, 0);
                else
                    socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The client had enough.
            }
        }
    }

    /// <returns>How much of the body came with the head, and how long it is; -1 when nothing came.</returns>
    private async Task<(long Read, long Length)> ReadHeadAsync(NetworkStream stream, byte[] buffer)
    {
        for (var read = 0; ;)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(read), _stop.Token);
            read += count;
            var end = buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8);
            if (count == 0)
                return (0, -1);
            if (end < 0)
                continue;

            var length = Encoding.ASCII.GetString(buffer, 0, end).Split("\r\n")
                .Single(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1];
            return (read - end - 4, long.Parse(length, CultureInfo.InvariantCulture));
        }
    }

    private async Task WhenClosedAsync(NetworkStream stream, byte[] buffer)
    {
        Interlocked.Increment(ref _silent);
        while (await stream.ReadAsync(buffer, _stop.Token) > 0)
        {
        }
    }
}
