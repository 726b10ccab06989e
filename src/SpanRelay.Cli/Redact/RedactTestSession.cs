using System.Text;
using System.Text.Json;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Redaction;
using Spectre.Console;

namespace SpanRelay.Cli.Redact;

/// <summary>
/// Runs a folder of cases against a policy, for CI. A case is a file <c>*.case.json</c>: <c>payload</c> names a file beside it,
/// <c>leaves</c> and <c>staysBehind</c> list texts to look for in what would be sent.
/// </summary>
internal sealed class RedactTestSession(IAnsiConsole console, Redactor redactor)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <returns>The exit code: 0 when all cases pass, otherwise 1.</returns>
    public int Run(string folder)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.case.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];
        var failed = files.Count(file => !Passes(Path.GetRelativePath(folder, file), Check(file)));
        console.WriteLine(files.Length == 0 ? $"No *.case.json in {OneLine.From(folder, 200)}." : $"{files.Length} cases, {failed} failed.");
        return files.Length == 0 || failed > 0 ? 1 : 0;
    }

    private bool Passes(string name, List<string> problems)
    {
        console.WriteLine($"{(problems.Count == 0 ? "pass" : "FAIL")} {OneLine.From(name, 200)}", new Style(problems.Count == 0 ? Color.Green : Color.Red));
        foreach (var problem in problems)
            console.WriteLine($"     {OneLine.From(problem, 300)}");
        return problems.Count == 0;
    }

    private List<string> Check(string file)
    {
        try
        {
            var given = JsonSerializer.Deserialize<RedactionCase>(File.ReadAllBytes(file), Format);
            if (given?.Payload is not { Length: > 0 } name)
                return ["It names no payload."];

            var payload = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, name);
            return File.Exists(payload) ? Check(given, File.ReadAllBytes(payload)) : [$"There is no file {name} beside it."];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return [e.Message];
        }
    }

    private List<string> Check(RedactionCase given, byte[] payload)
    {
        using var decoder = new PayloadDecoder();
        using var output = new PooledBuffer();
        var export = decoder.Decode(payload, out var problem);
        problem = problem == PayloadProblem.None ? redactor.Redact(export, output, new int[redactor.Rules.Count]).Problem : problem;
        if (problem != PayloadProblem.None)
            return [$"Refused: {problem.Explain()}"];

        return
        [
            .. given.Leaves.Where(text => output.WrittenSpan.IndexOf(Encoding.UTF8.GetBytes(text)) < 0).Select(text => $"Does not leave, but should: {text}"),
            .. given.StaysBehind.Where(text => output.WrittenSpan.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0).Select(text => $"Leaves, but must not: {text}"),
        ];
    }

    /// <param name="Payload">A file beside the case: OTLP as JSON or protobuf, gzipped or not.</param>
    private sealed record RedactionCase(string? Payload)
    {
        public IReadOnlyList<string> Leaves { get; init; } = [];

        public IReadOnlyList<string> StaysBehind { get; init; } = [];
    }
}
