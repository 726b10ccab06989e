using System.Net;
using System.Security.Cryptography;
using System.Text;
using SpanRelay.Settings;

namespace SpanRelay.Functions.Ingest;

/// <summary>
/// Asks the Functions host whether a key is valid, by calling <see cref="IngestKey"/>, which the host guards. The host knows the keys, and
/// checks them in x-functions-key and ?code= only; this way a key in an Authorization header is the same key, listed, rotated and revoked
/// at the same place. Answers are remembered for a short time. Keeps hashes, not keys.
/// </summary>
public sealed class SenderKeys : IDisposable
{
    private const int LongestKey = 1_000;
    private const int MostRemembered = 1_000;
    private const int MostUnknownAtOnce = 8;
    private const string KeyHeader = "x-functions-key";

    // A revoked key is valid for so long; a new one is refused for so long where it was tried too early.
    private static readonly TimeSpan ValidFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan InvalidFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    // Longer than any request waits: what comes late serves the next request.
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (bool IsValid, DateTimeOffset Until)> _known = [];
    private readonly Dictionary<string, Task<KeyVerdict>> _asking = [];
    private readonly HttpClient _client;
    private readonly Uri? _address;
    private readonly TimeProvider _time;

    /// <param name="address">Of <see cref="IngestKey"/>; null where the host's address is unknown: then no key is valid.</param>
    public SenderKeys(HttpClient client, Uri? address, TimeProvider time) => (_client, _address, _time) = (client, address, time);

    /// <param name="settings">The host sets WEBSITE_HOSTNAME: its public name in Azure, localhost and a port on one machine.</param>
    /// <setting name="WEBSITE_HOSTNAME" set-by="Azure">The app's host name. The app asks itself there whether a sender's key is valid: access restrictions must let the app's own outbound address in.</setting>
    public static SenderKeys Create(SettingsReader settings)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, MaxConnectionsPerServer = MostUnknownAtOnce * 2 }) { Timeout = LongestCall };
        return new SenderKeys(client, AddressOf(settings.Text("WEBSITE_HOSTNAME")), TimeProvider.System);
    }

    public async Task<KeyVerdict> CheckAsync(string key, CancellationToken cancellationToken)
    {
        if (key.Length is 0 or > LongestKey || !key.All(char.IsAscii) || key.Any(char.IsControl))
            return KeyVerdict.Invalid;

        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        Task<KeyVerdict> asking;
        lock (_lock)
        {
            var isKnown = _known.TryGetValue(hash, out var known);
            if (isKnown && _time.GetUtcNow() < known.Until)
                return known.IsValid ? KeyVerdict.Valid : KeyVerdict.Invalid;
            if (!_asking.TryGetValue(hash, out asking!))
            {
                // Who tries keys must not keep out those whose key was valid until now.
                if (_address is null || (_asking.Count >= MostUnknownAtOnce && !(isKnown && known.IsValid)))
                    return KeyVerdict.Unknown;
                _asking[hash] = asking = Task.Run(() => AskAsync(key, hash), CancellationToken.None);
            }
        }

        await ((Task)asking).WaitAsync(LongestWait, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return asking.IsCompletedSuccessfully ? await asking : KeyVerdict.Unknown;
    }

    public void Dispose() => _client.Dispose();

    internal static Uri? AddressOf(string? host)
    {
        if (host is null || !Uri.TryCreate($"https://{host}", UriKind.Absolute, out var address))
            return null;
        var scheme = address.IsLoopback ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        return new Uri($"{scheme}://{host}/{IngestKey.Route}");
    }

    private async Task<KeyVerdict> AskAsync(string key, string hash)
    {
        var verdict = await AskHostAsync(key);
        lock (_lock)
        {
            _asking.Remove(hash);
            if (verdict == KeyVerdict.Unknown)
                return verdict;

            if (_known.Count >= MostRemembered && !_known.ContainsKey(hash))
                Forget();
            var isValid = verdict == KeyVerdict.Valid;
            _known[hash] = (isValid, _time.GetUtcNow() + (isValid ? ValidFor : InvalidFor));
        }

        return verdict;
    }

    private async Task<KeyVerdict> AskHostAsync(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _address);
        request.Headers.TryAddWithoutValidation(KeyHeader, key);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return response.StatusCode switch
            {
                HttpStatusCode.NoContent => KeyVerdict.Valid,
                HttpStatusCode.Unauthorized => KeyVerdict.Invalid,
                _ => KeyVerdict.Unknown,
            };
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return KeyVerdict.Unknown;
        }
    }

    /// <summary>Makes room: first by what is not valid, of which anyone can add some.</summary>
    private void Forget()
    {
        foreach (var (hash, known) in _known)
        {
            if (!known.IsValid)
                _known.Remove(hash);
        }

        if (_known.Count >= MostRemembered)
            _known.Clear();
    }
}
