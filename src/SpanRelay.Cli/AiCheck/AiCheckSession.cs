using SpanRelay.Buffers;
using SpanRelay.Cli.Redact;
using SpanRelay.GenAi.Contract;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using Spectre.Console;

namespace SpanRelay.Cli.AiCheck;

/// <summary>Redacts files as the relay does, and checks the spans that are left.</summary>
internal sealed class AiCheckSession(IAnsiConsole console, string? policyFile)
{
    private const int Unreadable = 2;
    private const int MostFiles = 1_000;

    private readonly List<string> _problems = [];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string path, CancellationToken cancellationToken)
    {
        if (!new RedactSession(new TextView(console), policyFile, outputFile: null).TryReadOptions(out var options, out var genAi))
            return Unreadable;

        var redactor = genAi.CreateRedactor(options, ResourceAttributes.None);
        var spans = new List<(Resource, Span)>();
        foreach (var file in Files(path))
            spans.AddRange(await ReadAsync(redactor, file, cancellationToken));
        foreach (var problem in _problems)
            console.WriteLine($"✗ {OneLine.From(problem, 500)}", new Style(Color.Red));
        if (spans.Count == 0 && _problems.Count > 0)
            return Unreadable;

        console.WriteLine($"Checked as the relay would send them: redacted{(genAi.Normalize ? " and normalized" : ", and not normalized, since GenAi__Normalize is false")}. Nothing was sent.");
        var verdict = AiContract.Check(spans);
        AiTable.Write(console, verdict);
        return _problems.Count > 0 ? Unreadable : verdict.Passes ? 0 : 1;
    }

    private List<string> Files(string path)
    {
        if (!Directory.Exists(path))
            return [path];

        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Take(MostFiles + 1).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0)
            _problems.Add($"There is no file in {path}.");
        if (files.Count > MostFiles)
            _problems.Add($"{path} has more than {MostFiles} files: check its subfolders one at a time.");
        return files.Count > MostFiles ? [] : files;
    }

    private async Task<IReadOnlyList<(Resource, Span)>> ReadAsync(Redactor redactor, string file, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await RedactSession.ReadAsync(file, cancellationToken);
            using var decoder = new PayloadDecoder();
            using var output = new PooledBuffer();
            var export = decoder.Decode(body.WrittenMemory, out var problem);
            problem = problem == PayloadProblem.None ? redactor.Redact(export, output, new int[redactor.Rules.Count]).Problem : problem;
            if (problem == PayloadProblem.None)
                return Spans(ExportTraceServiceRequest.Parser.ParseFrom(output.WrittenSpan));
            _problems.Add($"{file}: {problem.Explain()}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems.Add(e.Message);
        }

        return [];
    }

    private static IReadOnlyList<(Resource, Span)> Spans(ExportTraceServiceRequest request) =>
    [
        .. from resource in request.ResourceSpans
           from scope in resource.ScopeSpans
           from span in scope.Spans
           select (resource.Resource ?? new Resource(), span),
    ];
}
