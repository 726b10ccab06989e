using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace SpanRelay.Local.Hosting;

/// <summary>The host's judgement on a handler's answer.</summary>
/// <param name="Verdict">What it does with the invocation.</param>
/// <param name="Status">HTTP status; null when there was no answer.</param>
/// <param name="Logs">The lines of <c>Logs</c>; empty unless the invocation succeeded.</param>
/// <param name="Reason">Why it did not succeed; empty when it did.</param>
public sealed record InvocationReply(InvocationVerdict Verdict, int? Status, IReadOnlyList<string> Logs, string Reason)
{
    /// <summary>The invocation is over and went well.</summary>
    public bool Succeeded => Verdict == InvocationVerdict.Succeeded;

    /// <summary>
    /// A 2xx of application/json with an object succeeds. Without a body, or with <c>null</c>, the host waits on, until
    /// functionTimeout. All else fails.
    /// </summary>
    public static InvocationReply Judge(int status, string? contentType, ReadOnlySpan<byte> body)
    {
        if (status is < 200 or > 299) return Failed(status, $"The handler answered with status {status}.");
        if (IsBlank(body)) return Hanging(status, "The handler answered without a body; the host expects at least {}.");
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)
            || !string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase))
        {
            return Failed(status, $"The handler answered with content type \"{contentType}\"; the host expects application/json.");
        }

        return JudgeJson(status, body);
    }

    internal static InvocationReply Failed(int? status, string reason) => new(InvocationVerdict.Failed, status, [], reason);

    private static InvocationReply Hanging(int status, string reason) => new(InvocationVerdict.Hanging, status, [], reason);

    private static InvocationReply JudgeJson(int status, ReadOnlySpan<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(Encoding.UTF8.GetString(body));
            return json.RootElement.ValueKind switch
            {
                JsonValueKind.Object => new InvocationReply(InvocationVerdict.Succeeded, status, Lines(json.RootElement), ""),
                JsonValueKind.Null => Hanging(status, "The handler answered null; the host expects at least {}."),
                _ => Failed(status, "The handler's answer is not a JSON object."),
            };
        }
        catch (JsonException)
        {
            return Failed(status, "The handler's answer is not valid JSON.");
        }
    }

    private static List<string> Lines(JsonElement reply) =>
        reply.TryGetProperty("Logs"u8, out var logs) && logs.ValueKind == JsonValueKind.Array
            ? [.. logs.EnumerateArray().Select(line => line.ToString())]
            : [];

    private static bool IsBlank(ReadOnlySpan<byte> body) => body.Trim(" \t\r\n"u8).IsEmpty;
}
