using System.Net.Http.Json;
using System.Text.Json;
using SpanRelay.DeadLetters;
using SpanRelay.Local.Host.Http;

namespace SpanRelay.Cli.Page;

/// <summary>The dead letters of the storage account: lists the newest, and has the function app replay them.</summary>
internal sealed class LetterShelf(DeadLetterArchive archive, HttpTrigger functions, TimeProvider time) : IDisposable
{
    public const int MostListed = 100;

    /// <summary>Listing reads the whole archive, and the page asks every second: a list is reused for this many times as long as it took to create.</summary>
    private const int ReuseFactor = 10;

    private static readonly TimeSpan ShortestListAge = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _listing = new(1);
    private IReadOnlyList<ArchivedLetter> _newest = [];
    private DateTimeOffset _nextList = DateTimeOffset.MinValue;

    public DeadLetterArchive Archive => archive;

    /// <summary>Newest first.</summary>
    /// <exception cref="DeadLetterStoreException">The storage account fails.</exception>
    public async Task<IReadOnlyList<ArchivedLetter>> ListAsync(CancellationToken cancellationToken)
    {
        await _listing.WaitAsync(cancellationToken);
        try
        {
            var started = time.GetUtcNow();
            if (started < _nextList)
                return _newest;
            _newest = await TakeNewestAsync(archive.ListAsync(new LetterFilter(), null, cancellationToken));
            _nextList = time.GetUtcNow() + ListAge(time.GetUtcNow() - started);
            return _newest;
        }
        finally
        {
            _listing.Release();
        }
    }

    /// <summary>Replays it as an operator does, by the function app's own function.</summary>
    /// <returns>What came of it, in one line.</returns>
    public async Task<string> ReplayAsync(ArchivedLetter letter, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(functions.Address, "/dead-letters/replay"))
        {
            Content = JsonContent.Create(new { ids = (string[])[letter.Id], again = letter.Replayed is not null }),
        };
        request.Headers.Add("x-functions-key", functions.MasterKey);
        using var response = await http.SendAsync(request, cancellationToken);
        _nextList = DateTimeOffset.MinValue;
        return Describe(await response.Content.ReadAsStringAsync(cancellationToken), (int)response.StatusCode);
    }

    public void Dispose() => _listing.Dispose();

    private static string Describe(string body, int status)
    {
        var answer = Parse(body);
        var why = (answer?.Problems is [var problem, ..] ? problem.Why : null) ?? answer?.Next ?? answer?.Error ?? "";
        return answer switch
        {
            { Replayed: > 0 } => $"Replayed: {Figures.Plural(answer.SpansDelivered, "span")} delivered.",
            { ReplayedInPart: > 0 } => $"Replayed in part. {why}",
            { Refused: > 0 } => $"Rejected again. {why}",
            { Expired: > 0 } => $"Not sent. {why}",
            { Held: > 0 } or { Left: > 0 } => $"Not delivered now. {why}",
            _ => why.Length > 0 ? why : $"The function app answered {status}.",
        };
    }

    private static Answer? Parse(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<Answer>(body, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>How long a list is reused that took this long to create.</summary>
    internal static TimeSpan ListAge(TimeSpan duration) => duration * ReuseFactor > ShortestListAge ? duration * ReuseFactor : ShortestListAge;

    internal static async Task<IReadOnlyList<ArchivedLetter>> TakeNewestAsync(IAsyncEnumerable<ArchivedLetter> letters)
    {
        var newest = new PriorityQueue<ArchivedLetter, DateTimeOffset>();
        await foreach (var letter in letters)
        {
            newest.Enqueue(letter, letter.At);
            if (newest.Count > MostListed)
                newest.Dequeue();
        }

        return [.. newest.UnorderedItems.Select(each => each.Element).OrderByDescending(letter => letter.At)];
    }

    private sealed record Answer(int Replayed, int ReplayedInPart, int Refused, int Expired, int Held, int Left, long SpansDelivered, IReadOnlyList<Problem>? Problems, string? Next, string? Error);

    private sealed record Problem(string Why);
}
