using System.Globalization;
using System.Net;
using System.Security;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SpanRelay.Tests.Doctor;

/// <summary>As much of a storage account as doctor calls: lists of blobs, and properties of queues. Nothing can be stored.</summary>
internal sealed class FakeStorageAccount : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeStorageAccount(WebApplication app) => _app = app;

    /// <summary>The blobs that lists show, as container and name.</summary>
    public List<(string Container, string Name, Dictionary<string, string> Metadata, DateTimeOffset Modified)> Blobs { get; } = [];

    /// <summary>How many messages a queue has.</summary>
    public Dictionary<string, int> Messages { get; } = [];

    /// <summary>The status of a request in place of its answer; null for that.</summary>
    public Func<HttpRequest, int?> Refuses { get; set; } = _ => null;

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName=blobs;AccountKey={Convert.ToBase64String(new byte[32])};BlobEndpoint={_app.Urls.First()}/blobs;QueueEndpoint={_app.Urls.First()}/queues";

    public static async Task<FakeStorageAccount> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var account = new FakeStorageAccount(app);
        app.Run(account.AnswerAsync);
        await app.StartAsync(cancellationToken);
        return account;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var parts = request.Path.Value!.Trim('/').Split('/');
        if (Refuses(request) is { } status)
        {
            (response.StatusCode, response.Headers["x-ms-error-code"]) = (status, status == 403 ? "AuthorizationPermissionMismatch" : "ServerBusy");
        }
        else if (request.Query["comp"] == "list")
        {
            response.ContentType = "application/xml";
            await response.WriteAsync(List(parts[1], request.Query["prefix"].ToString(), request.Query["delimiter"].ToString()), Encoding.UTF8, context.RequestAborted);
        }
        else if (parts[0] == "queues" && request.Query["comp"] == "metadata")
        {
            response.Headers["x-ms-approximate-messages-count"] = Messages.GetValueOrDefault(parts[1]).ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            (response.StatusCode, response.Headers["x-ms-error-code"]) = (404, parts[0] == "queues" ? "MessageNotFound" : "BlobNotFound");
        }
    }

    private string List(string container, string prefix, string delimiter)
    {
        var found = Blobs.Where(blob => blob.Container == container && blob.Name.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(blob => blob.Name, StringComparer.Ordinal).ToList();
        var items = new StringBuilder();
        foreach (var blob in found.Where(blob => delimiter.Length == 0 || !blob.Name[prefix.Length..].Contains('/', StringComparison.Ordinal)))
        {
            var metadata = string.Concat(blob.Metadata.Select(pair => $"<{pair.Key}>{SecurityElement.Escape(pair.Value)}</{pair.Key}>"));
            items.Append(CultureInfo.InvariantCulture, $"<Blob><Name>{blob.Name}</Name><Properties><Last-Modified>{blob.Modified.UtcDateTime:R}</Last-Modified><Etag>1</Etag><Content-Length>1</Content-Length><BlobType>BlockBlob</BlobType></Properties><Metadata>{metadata}</Metadata></Blob>");
        }

        foreach (var folder in found.Select(blob => blob.Name[prefix.Length..]).Where(name => delimiter.Length > 0 && name.Contains('/', StringComparison.Ordinal)).Select(name => prefix + name[..(name.IndexOf('/', StringComparison.Ordinal) + 1)]).Distinct())
            items.Append(CultureInfo.InvariantCulture, $"<BlobPrefix><Name>{folder}</Name></BlobPrefix>");
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ContainerName=\"{container}\"><Blobs>{items}</Blobs><NextMarker/></EnumerationResults>";
    }
}
