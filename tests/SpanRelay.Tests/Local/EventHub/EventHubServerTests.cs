using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SpanRelay.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Tests.Local.EventHub;

public sealed class EventHubServerTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 10, 20, 30, TimeSpan.Zero));
    private readonly LocalEventHub _hub = new("spans", 2);
    private readonly HttpClient _client = new(new SocketsHttpHandler());
    private EventHubServer _door = null!;

    public async ValueTask InitializeAsync() => _door = await EventHubServer.StartAsync(
        _hub, new EventHubServerOptions { TimeProvider = _time }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _door.DisposeAsync();
    }

    [Fact]
    public async Task AnEventIsTakenWith201AndAnEmptyBody()
    {
        using var answer = await SendAsync("hello"u8.ToArray());
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(0, answer.Content.Headers.ContentLength);
        Assert.Equal("hello", Encoding.UTF8.GetString((await ReadAsync(0)).Single().Body.Span));
    }

    [Fact]
    public async Task TheBodyIsNotInterpretedAndHeadersBecomeProperties()
    {
        byte[] gzipped = [0x1f, 0x8b, 0x00, 0xff];
        using var answer = await SendAsync(gzipped, request =>
        {
            request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            request.Content.Headers.ContentEncoding.Add("gzip");
            request.Headers.Add("X-Tenant", "t1");
        });
        var stored = (await ReadAsync(0)).Single();
        Assert.Equal(gzipped, stored.Body.ToArray());
        Assert.Equal(
            new Dictionary<string, object?> { ["Content-Type"] = "application/x-protobuf", ["Content-Encoding"] = "gzip", ["X-Tenant"] = "t1" },
            stored.Properties);
    }

    [Fact]
    public async Task APartitionCanBeNamed()
    {
        using var answer = await SendAsync("x"u8.ToArray(), path: "/spans/partitions/1/messages?timeout=60&api-version=2014-01");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal([0, 1], [_hub.CountOf(0), _hub.CountOf(1)]);
    }

    [Fact]
    public async Task APartitionKeyIsHonoured()
    {
        foreach (var _ in Enumerable.Range(0, 3))
        {
            using var answer = await SendAsync("x"u8.ToArray(), request => request.Headers.Add("BrokerProperties", "{\"PartitionKey\":\"k\"}"));
        }

        var stored = await ReadAsync(PartitionKeyHash.PartitionOf("k", 2));
        Assert.Equal(["k", "k", "k"], stored.Select(item => item.PartitionKey));
        Assert.DoesNotContain("BrokerProperties", stored[0].Properties.Keys);
    }

    [Fact]
    public async Task AJsonBatchIsTakenApart()
    {
        const string Batch = """[{"Body":"one","UserProperties":{"n":5,"s":"x","b":true}},{"Body":"two"}]""";
        using var answer = await SendAsync(Encoding.UTF8.GetBytes(Batch), AsBatch);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var stored = await ReadAsync(0);
        Assert.Equal(["one", "two"], stored.Select(item => Encoding.UTF8.GetString(item.Body.Span)));
        Assert.Equal(new Dictionary<string, object?> { ["n"] = 5L, ["s"] = "x", ["b"] = true }, stored[0].Properties);
        Assert.Empty(stored[1].Properties);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{\"Body\":1}]")]
    [InlineData("[{\"Body\":\"good\"},{}]")]
    [InlineData("not json")]
    public async Task ABrokenBatchIsRefusedWhole(string batch)
    {
        using var answer = await SendAsync(Encoding.UTF8.GetBytes(batch), AsBatch);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        AssertNothingStored();
    }

    [Theory]
    [InlineData("/other/messages", HttpStatusCode.NotFound)]
    [InlineData("/spans", HttpStatusCode.NotFound)]
    [InlineData("/spans/partitions/2/messages", HttpStatusCode.BadRequest)]
    [InlineData("/spans/partitions/x/messages", HttpStatusCode.BadRequest)]
    public async Task AWrongAddressIsRefused(string path, HttpStatusCode status)
    {
        using var answer = await SendAsync("x"u8.ToArray(), path: path);
        Assert.Equal(status, answer.StatusCode);
        AssertNothingStored();
    }

    [Fact]
    public async Task WithoutASignatureTheReasonIsSaid()
    {
        using var answer = await SendAsync("x"u8.ToArray(), request => request.Headers.Authorization = null);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(
            "<Error><Code>401</Code><Detail>The Authorization header is missing.</Detail></Error>",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        AssertNothingStored();
    }

    [Fact]
    public async Task AnExpiredSignatureIsRefused()
    {
        var signature = _door.CreateSharedAccessSignature(TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromMinutes(2));
        using var answer = await SendAsync("x"u8.ToArray(), request => Authorize(request, signature));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task WhoWritesLocalhostMeansTheSameDoor()
    {
        using var answer = await SendAsync("x"u8.ToArray(), request => request.Headers.Host = $"localhost:{_door.SendAddress.Port}");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Theory]
    [InlineData(LocalEventHub.MaxPublicationBytes, HttpStatusCode.Created)]
    [InlineData(LocalEventHub.MaxPublicationBytes + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task OneMebibyteIsTheLimit(int bytes, HttpStatusCode status)
    {
        using var answer = await SendAsync(new byte[bytes]);
        Assert.Equal(status, answer.StatusCode);
    }

    private static void AsBatch(HttpRequestMessage request) =>
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.microsoft.servicebus.json");

    private static void Authorize(HttpRequestMessage request, string signature)
    {
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", signature);
    }

    private async Task<HttpResponseMessage> SendAsync(byte[] body, Action<HttpRequestMessage>? change = null, string? path = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_door.SendAddress, path ?? "/spans/messages"));
        request.Content = new ByteArrayContent(body);
        Authorize(request, _door.CreateSharedAccessSignature(TimeSpan.FromHours(1)));
        change?.Invoke(request);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task<IReadOnlyList<StoredEvent>> ReadAsync(int partition)
    {
        using var deadline = new Deadline();
        return await _hub.ReadAsync(partition, 0, 100, deadline.Token);
    }

    private void AssertNothingStored() => Assert.Equal([0, 0], [_hub.CountOf(0), _hub.CountOf(1)]);
}
