using System.Text;

namespace SpanRelay.Cli;

/// <summary>
/// Writes to a terminal or a pipe that may be closed meanwhile. The rest is dropped then, so that the command can stop in order.
/// </summary>
internal sealed class ClosableWriter(TextWriter output) : TextWriter
{
    private volatile bool _isClosed;

    public override Encoding Encoding => output.Encoding;

    public override void Write(char value) => Try(() => output.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => output.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => output.Write(value));

    public override void WriteLine(string? value) => Try(() => output.WriteLine(value));

    public override void Flush() => Try(output.Flush);

    private void Try(Action write)
    {
        if (_isClosed)
            return;
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _isClosed = true;
        }
    }
}
