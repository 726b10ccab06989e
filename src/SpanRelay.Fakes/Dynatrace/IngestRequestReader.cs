using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>Reads and inflates a request's body under the limit.</summary>
internal static class IngestRequestReader
{
    public static async Task<IngestRequest> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        var headers = request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var body = await BoundedBody.ReadAsync(request.Body, limit, cancellationToken);
        var isGzip = string.Equals(headers.GetValueOrDefault("Content-Encoding"), "gzip", StringComparison.OrdinalIgnoreCase);
        var inflated = isGzip ? await InflateAsync(body.Bytes, limit, cancellationToken) : body;
        return new IngestRequest(request.Method, request.Host.Value ?? "", request.Path, headers, body, inflated);
    }

    private static async Task<BoundedBody?> InflateAsync(ReadOnlyMemory<byte> bytes, int limit, CancellationToken cancellationToken)
    {
        MemoryMarshal.TryGetArray(bytes, out var array);
        using var compressed = new MemoryStream(array.Array!, array.Offset, array.Count, false);
        using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
        try
        {
            return await BoundedBody.ReadAsync(gzip, limit, cancellationToken);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
