using Google.Protobuf;
using Google.Protobuf.Collections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host.Http;

/// <summary>Converts a caller's request to the worker's form, with everything in it, keys included.</summary>
internal static class HttpCall
{
    public static RpcHttp From(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var call = new RpcHttp { Method = request.Method, Url = request.GetEncodedUrl() };
        foreach (var (name, values) in request.Headers) Add(call.NullableHeaders, name, string.Join(',', values.ToArray()));
        foreach (var (name, values) in request.Query) Add(call.NullableQuery, name, string.Join(',', values.ToArray()));
        if (body.Length > 0) call.Body = new TypedData { Bytes = UnsafeByteOperations.UnsafeWrap(body) };
        return call;
    }

    private static void Add(MapField<string, NullableString> map, string name, string value) => map[name] = new NullableString { Value = value };
}
