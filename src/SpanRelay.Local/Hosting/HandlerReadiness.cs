using System.Diagnostics;

namespace SpanRelay.Local.Hosting;

/// <summary>Asks a starting handler for <c>GET /</c> until it gives any HTTP answer.</summary>
internal static class HandlerReadiness
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    /// <summary>In real time, since a process cannot be given another.</summary>
    /// <returns>False: it exited or did not answer in time.</returns>
    public static async Task<bool> WhenAnsweredAsync(Uri address, Task exit, TimeSpan timeout)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        var started = Stopwatch.GetTimestamp();
        while (!exit.IsCompleted)
        {
            var left = timeout - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return false;
            if (await AnswersAsync(client, address, left)) return !exit.IsCompleted;
            await Task.WhenAny(exit, Task.Delay(Interval, TimeProvider.System));
        }

        return false;
    }

    private static async Task<bool> AnswersAsync(HttpClient client, Uri address, TimeSpan timeout)
    {
        using var patience = new CancellationTokenSource(timeout);
        try
        {
            using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
