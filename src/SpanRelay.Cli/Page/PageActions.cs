using Google.Protobuf;
using SpanRelay.Cli.Run;

namespace SpanRelay.Cli.Page;

/// <summary>What the page's buttons do. Their requests have no bodies: the path says all.</summary>
internal sealed class PageActions(PageSource source)
{
    private int _samples;

    /// <returns>The view to show next; null when there is no such action.</returns>
    public async Task<string?> RunAsync(string path, CancellationToken cancellationToken)
    {
        switch (path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case ["sample"]:
                return await SendSampleAsync(cancellationToken);
            case ["token", "rotate"] when source.System.Vault is not null:
                source.System.RotateToken();
                source.Tell("Rotating the token: a new one is created and stored, and the old one is deleted.");
                return "/faults";
            case ["faults", "end"]:
                source.Tell(source.Faults.End());
                return "/faults";
            case ["faults", var name] when await source.Faults.CauseAsync(name, source.Now, cancellationToken) is { } said:
                source.Tell(said);
                return "/faults";
            case ["dead-letters", var id, "replay"] when await source.Letters.Archive.FindAsync(id, cancellationToken) is { } letter:
                source.Tell(await source.Letters.ReplayAsync(letter, cancellationToken));
                return $"/dead-letters/{letter.Id}";
            default:
                return null;
        }
    }

    private async Task<string> SendSampleAsync(CancellationToken cancellationToken)
    {
        var trace = new SampleTrace(source.Now, Interlocked.Increment(ref _samples));
        await source.System.SendAsync(SampleTrace.Export([trace]).ToByteArray(), cancellationToken);
        var id = Convert.ToHexStringLower(trace.Spans[0].TraceId.Span);
        source.Tell($"Sent a sample trace with {Figures.Plural(trace.Spans.Count, "span")} and a prompt in it.");
        return source.System.Dynatrace is null ? "/" : $"/traces/{id}";
    }
}
