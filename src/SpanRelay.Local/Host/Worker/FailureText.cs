using SpanRelay.Local.Host.Worker.Protocol;
namespace SpanRelay.Local.Host.Worker;

/// <summary>A worker's exception as one line.</summary>
internal static class FailureText
{
    private const int MaxLength = 4_000;

    public static string From(RpcException exception) =>
        OneLine(exception.Type.Length > 0 ? $"{exception.Type}: {exception.Message}" : exception.Message);

    /// <summary>Without line breaks and other control characters, cut to a limit.</summary>
    public static string OneLine(string text) => SpanRelay.OneLine.From(text, MaxLength);
}
