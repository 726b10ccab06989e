using System.Globalization;
using SpanRelay.DeadLetters;
using SpanRelay.Otlp;
using Spectre.Console;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>Writes payloads as OTLP protobuf: one file each or all in one, since encoded exports can be concatenated.</summary>
internal sealed class ExportSession(IAnsiConsole console, DeadLetterArchive archive)
{
    private const int LongestName = 300;

    private readonly List<string> _skipped = [];
    private int _letters;
    private long _bytes;
    private int _notOtlp;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(LetterFilter filter, string? folder, string? file, CancellationToken cancellationToken)
    {
        try
        {
            if (folder is not null)
                Directory.CreateDirectory(folder);
            await using var merged = file is null ? null : File.Create(file);
            await Progress.ShowAsync("Exporting", async () =>
            {
                await foreach (var letter in archive.ListAsync(filter, _skipped.Add, cancellationToken))
                    await WriteAsync(letter, folder, merged, cancellationToken);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return ArchiveAccess.Refuse(console, [$"{(file is null ? "--folder" : "--output")} {folder ?? file}: {e.Message}"]);
        }

        ArchiveAccess.Warn(console, _skipped);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_letters:N0} dead letters, {_bytes:N0} bytes of OTLP protobuf, written to {OneLine.From(folder ?? file, LongestName)}."));
        if (_notOtlp > 0)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_notOtlp:N0} skipped: incidents, quarantined events and deleted payloads."));
        return _letters > 0 ? 0 : 1;
    }

    private async Task WriteAsync(ArchivedLetter letter, string? folder, FileStream? merged, CancellationToken cancellationToken)
    {
        if (letter.Problem.Length > 0)
            _skipped.Add(letter.Problem);
        var (payload, problem) = letter.PayloadBytes is null || letter.IsQuarantined ? (null, "") : await archive.ReadPayloadAsync(letter, cancellationToken);
        using (payload)
        {
            if (payload is not null)
                problem = Write(payload, letter, folder, merged);
        }

        if (problem.Length > 0)
            _skipped.Add($"The payload of {letter.Id} is skipped: {problem}");
        else if (payload is null)
            _notOtlp++;
    }

    /// <returns>Why it is not OTLP; empty when it is written.</returns>
    private string Write(LoadedPayload payload, ArchivedLetter letter, string? folder, FileStream? merged)
    {
        using var decoder = new PayloadDecoder();
        var export = payload.Decode(decoder, out var problem);
        if (problem != PayloadProblem.None)
            return problem.Explain();

        _letters++;
        _bytes += export.Length;
        if (merged is not null)
            merged.Write(export);
        else
            File.WriteAllBytes(Path.Combine(folder!, $"{letter.Id}.otlp"), export);
        return "";
    }
}
