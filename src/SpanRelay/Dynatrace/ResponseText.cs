using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using SpanRelay.Otlp;
using SpanRelay.Tokens;

namespace SpanRelay.Dynatrace;

/// <summary>Extracts the message from a response body. The bytes decide its form: content types mislead.</summary>
internal static partial class ResponseText
{
    /// <summary>The maximum length of a server's text in records, logs and messages.</summary>
    public const int MaxLength = 1_000;

    private const int StatusMessage = 2;

    /// <summary>The server's message in quotes, without secrets; empty where there is none.</summary>
    public static string Of(ReadOnlySpan<byte> body, ResponseMask mask)
    {
        body = Trimmed(body);
        return FormOf(body) switch
        {
            ResponseForm.Empty => "",
            ResponseForm.Json => Quoted(OfJson(body), mask),
            ResponseForm.Protobuf => Quoted(OfStatus(body)!, mask),
            ResponseForm.Html => Quoted(OfHtml(Encoding.UTF8.GetString(body)), mask),
            ResponseForm.Text => Quoted(Encoding.UTF8.GetString(body), mask),
            _ => "The response is not text.",
        };
    }

    /// <summary>What a server says, in quotes and without secrets; empty for nothing.</summary>
    public static string Quoted(string message, ResponseMask mask) =>
        OneLine.From(message, 1).Length == 0 ? "" : OneLine.Quoted(mask.Apply(message), MaxLength);

    /// <summary>What the body is, by its bytes.</summary>
    public static ResponseForm FormOf(ReadOnlySpan<byte> body) => Trimmed(body) switch
    {
        [] => ResponseForm.Empty,
        [(byte)'{', ..] => ResponseForm.Json,
        [0x08 or 0x12, ..] status when OfStatus(status) is not null => ResponseForm.Protobuf,
        [(byte)'<', ..] => ResponseForm.Html,
        var text when IsText(text) => ResponseForm.Text,
        _ => ResponseForm.Binary,
    };

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n\uFEFF"u8);

    /// <summary>The messages of Dynatrace's error envelope or of other JSON, as far as it was received.</summary>
    private static string OfJson(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, state: default);
        var found = new List<string>();
        var (name, path) = ("", "");
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                    name = reader.GetString()!;
                else if (reader.TokenType == JsonTokenType.String && name == "path")
                    path = reader.GetString() + ": ";
                else if (reader.TokenType == JsonTokenType.String && (name is "message" or "error" or "detail" or "title"))
                {
                    found.Add(path + reader.GetString());
                    path = "";
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON after all, or not UTF-8: what was found so far is used.
        }

        return found.Count > 0 ? string.Join("; ", found) : Encoding.UTF8.GetString(json);
    }

    /// <summary>The message of a google.rpc.Status; null when the body is not one.</summary>
    private static string? OfStatus(ReadOnlySpan<byte> rest)
    {
        string? message = null;
        while (!rest.IsEmpty && WireReader.TryReadField(ref rest, out var field) && field.Number <= 3)
        {
            if (field is { Number: StatusMessage, Type: WireType.LengthDelimited } && Utf8.IsValid(field.Payload))
                message = Encoding.UTF8.GetString(field.Payload);
        }

        return message;
    }

    private static string OfHtml(string html) => WebUtility.HtmlDecode(Tag.Replace(Hidden.Replace(html, " "), " "));

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        // The limit may have cut a character in two.
        var end = bytes.Length;
        while (end > 0 && bytes.Length - end < 3 && bytes[end - 1] >= 0x80)
            end--;
        return (Utf8.IsValid(bytes) || Utf8.IsValid(bytes[..end])) && !bytes.ContainsAnyInRange((byte)0x00, (byte)0x08);
    }

    [GeneratedRegex(@"<(script|style)\b.*?(</\1>|$)|<!--.*?(-->|$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Hidden { get; }

    [GeneratedRegex("<[^>]*(>|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Tag { get; }
}
