using System.Text;

namespace SpanRelay.GenAi;

/// <summary>Maps other attributes to the operation names of the OpenTelemetry conventions; empty if there is no such operation.</summary>
internal static class Operations
{
    /// <param name="type">As the gateway names it: <c>ChatCompletion</c>, <c>chat</c>, <c>Embedding</c>.</param>
    public static ReadOnlySpan<byte> OfRequestType(ReadOnlySpan<byte> type)
    {
        if (Is(type, "ChatCompletion"u8) || Is(type, "chat_completion"u8) || Is(type, "chat"u8))
            return "chat"u8;
        if (Is(type, "Completion"u8))
            return "text_completion"u8;
        return Is(type, "Embedding"u8) || Is(type, "embeddings"u8) ? "embeddings"u8 : [];
    }

    /// <param name="url">The URL of a request to a provider; its path identifies the operation.</param>
    public static ReadOnlySpan<byte> OfUrl(ReadOnlySpan<byte> url)
    {
        var end = url.IndexOfAny((byte)'?', (byte)'#');
        var path = end < 0 ? url : url[..end];
        if (path.EndsWith("/chat/completions"u8) || path.EndsWith("/v1/messages"u8) || path.EndsWith("/v1/responses"u8) || path.EndsWith("/converse"u8) || path.EndsWith("/converse-stream"u8))
            return "chat"u8;
        if (path.EndsWith(":generateContent"u8) || path.EndsWith(":streamGenerateContent"u8))
            return "generate_content"u8;
        if (path.EndsWith("/completions"u8))
            return "text_completion"u8;
        return path.EndsWith("/embeddings"u8) ? "embeddings"u8 : [];
    }

    /// <returns>The value of <c>llm.request.type</c>.</returns>
    public static ReadOnlySpan<byte> RequestTypeOf(ReadOnlySpan<byte> operation)
    {
        if (operation.SequenceEqual("chat"u8) || operation.SequenceEqual("generate_content"u8))
            return "chat"u8;
        if (operation.SequenceEqual("text_completion"u8))
            return "completion"u8;
        return operation.SequenceEqual("embeddings"u8) ? "embedding"u8 : [];
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(text, name);
}
