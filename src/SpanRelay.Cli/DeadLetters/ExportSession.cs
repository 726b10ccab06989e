using System.Globalization;
using SpanRelay.DeadLetters;
using SpanRelay.Otlp;
using Spectre.Console;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>Writes payloads as OTLP protobuf: one file each or all in one, since encoded exports can be concatenated.</summary>
internal sealed class ExportSession(IAnsiConsole console, DeadLetterArchive archive)
{
    private int _letters;
    private long _bytes;
    private int _skipped;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(LetterFilter filter, string? folder, string? file, CancellationToken cancellationToken)
    {
        if (folder is not null)
            Directory.CreateDirectory(folder);
        await using (var merged = file is null ? null : File.Create(file))
        {
            await foreach (var letter in archive.ListAsync(filter, cancellationToken))
                await WriteAsync(letter, folder, merged, cancellationToken);
        }

        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_letters:N0} dead letters, {_bytes:N0} bytes of OTLP protobuf, written to {folder ?? file}."));
        if (_skipped > 0)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_skipped:N0} skipped: incidents, quarantined events and unreadable payloads."));
        return _letters > 0 ? 0 : 1;
    }

    private async Task WriteAsync(ArchivedLetter letter, string? folder, FileStream? merged, CancellationToken cancellationToken)
    {
        using var payload = letter.PayloadBytes is null || letter.IsQuarantined ? null : await archive.ReadPayloadAsync(letter, cancellationToken);
        if (payload is null || !TryWrite(payload, letter, folder, merged))
            _skipped++;
    }

    private bool TryWrite(LoadedPayload payload, ArchivedLetter letter, string? folder, FileStream? merged)
    {
        using var decoder = new PayloadDecoder();
        var export = payload.Decode(decoder, out var problem);
        if (problem != PayloadProblem.None)
            return false;

        _letters++;
        _bytes += export.Length;
        if (merged is not null)
            merged.Write(export);
        else
            File.WriteAllBytes(Path.Combine(folder!, $"{letter.Id}.otlp"), export);
        return true;
    }
}
