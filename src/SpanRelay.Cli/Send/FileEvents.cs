using System.Runtime.CompilerServices;
using Google.Protobuf;
using SpanRelay.DeadLetters;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Cli.Send;

/// <summary>Files as events: one each, read when its turn comes.</summary>
internal static class FileEvents
{
    public const int MostFiles = 10_000;

    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };

    /// <param name="paths">Files and folders.</param>
    public static (IReadOnlyList<string> Files, string? Problem) Find(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (!Path.Exists(path))
                return ([], $"There is no file or folder {OneLine.Quoted(path, 300)}.");
            files.AddRange(Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", Below).Take(MostFiles + 1).Order(StringComparer.Ordinal) : [path]);
            if (files.Count > MostFiles)
                return ([], $"There are more than {MostFiles} files. Name a folder with fewer.");
        }

        return files.Count > 0 ? (files, null) : ([], "The folder holds no files.");
    }

    /// <param name="files">Paths; null for standard input.</param>
    public static async IAsyncEnumerable<OutgoingEvent> ReadAsync(IReadOnlyList<string>? files, IDoor door, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (files is null)
        {
            yield return await ReadOneAsync("the input", Console.OpenStandardInput(), door, cancellationToken);
            yield break;
        }

        foreach (var file in files)
            yield return await ReadOneAsync(OneLine.Quoted(file, 300), File.OpenRead(file), door, cancellationToken);
    }

    /// <summary>The input may have no end: no more is read than the door takes.</summary>
    private static async Task<OutgoingEvent> ReadOneAsync(string name, Stream input, IDoor door, CancellationToken cancellationToken)
    {
        await using var stream = input;
        var read = new MemoryStream();
        var part = new byte[64 * 1024];
        while (read.Length <= door.MaxBytes && await stream.ReadAsync(part, cancellationToken) is var count && count > 0)
            read.Write(part, 0, count);
        if (read.Length > door.MaxBytes)
            return new OutgoingEvent(name, default, 0, $"larger than this door takes: {door.MaxBytes} bytes.{(door.TakesTracesOnly ? "" : " Ingest takes more, and splits it.")}");
        return Decode(name, read.GetBuffer().AsMemory(0, (int)read.Length), door.TakesTracesOnly);
    }

    private static OutgoingEvent Decode(string name, ReadOnlyMemory<byte> body, bool takesTracesOnly)
    {
        using var decoder = new PayloadDecoder();
        var export = decoder.Decode(body, out var problem);
        if (problem != PayloadProblem.None)
            return new OutgoingEvent(name, body, 0, takesTracesOnly ? problem.Explain() : null);
        return new OutgoingEvent(name, takesTracesOnly ? export.ToArray() : body, SpansIn(export));
    }

    private static int SpansIn(ReadOnlySpan<byte> export)
    {
        try
        {
            return ExportTraceServiceRequest.Parser.ParseFrom(export).ResourceSpans.SelectMany(resource => resource.ScopeSpans).Sum(scope => scope.Spans.Count);
        }
        catch (InvalidProtocolBufferException)
        {
            return 0; // The relay reads it all the same; only the count is unknown.
        }
    }
}
