using System.Collections;
using System.Text;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.GenAi;
using SpanRelay.Local.Host;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay.Cli.Redact;

/// <summary>Redacts one payload as the relay does, and shows the changes.</summary>
internal sealed class RedactSession(IRedactionView view, string? policyFile, string? outputFile)
{
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string file, CancellationToken cancellationToken)
    {
        if (!TryReadOptions(out var options, out var genAi))
            return 1;

        try
        {
            using var body = await ReadAsync(file, cancellationToken);
            using var decoder = new PayloadDecoder();
            var export = decoder.Decode(body.WrittenMemory, out var problem);
            return problem == PayloadProblem.None ? Redact(genAi.CreateRedactor(options, ResourceAttributes.None), export) : Refuse([problem.Explain()]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse([e.Message]);
        }
    }

    /// <summary>Reads the policy as the function app does, and shows what is wrong with it.</summary>
    public bool TryReadOptions(out RedactionOptions options, out GenAiOptions genAi)
    {
        var settings = Settings();
        options = RedactionOptions.Read(settings);
        genAi = GenAiOptions.Read(settings);
        settings.ReportUnknown("Redaction");
        if (settings.Problems.Count > 0)
            Refuse([.. settings.Problems]);
        return settings.Problems.Count == 0;
    }

    private int Redact(Redactor redactor, ReadOnlySpan<byte> export)
    {
        var changes = new List<(string Owner, int SpanIndex, string Path, string Rule, string? Before, string? After)>();
        var hits = new int[redactor.Rules.Count];
        using var output = new PooledBuffer();
        var result = redactor.Redact(export, output, hits, (scoped in RedactionChange change) => changes.Add((
            change.Owner,
            change.SpanIndex,
            Encoding.UTF8.GetString(change.Path),
            change.Rule,
            change.IsAdded ? null : change.IsValue ? ValueText.From(change.Before) : Encoding.UTF8.GetString(change.Before),
            change.IsDropped ? null : Encoding.UTF8.GetString(change.After))));
        if (result.Problem != PayloadProblem.None)
            return Refuse([result.Problem.Explain()]);

        if (outputFile is not null)
            File.WriteAllBytes(outputFile, output.WrittenSpan);
        var names = SpanNames(export, result.Spans);
        view.Show(new RedactionPreview
        {
            Spans = result.Spans,
            Changes = [.. changes.Select(change => new PreviewedChange(
                WhereOf(change.Owner), IsOfSpan(change.Owner) ? names[change.SpanIndex] : null, change.Path, change.Rule, change.Before, change.After))],
            AttributesAdded = changes.Count(change => change.Before is null),
            Rules = redactor.Rules.Zip(hits).Where(each => each.Second > 0).ToDictionary(each => each.First, each => each.Second),
            UnknownFieldsRemoved = result.UnknownFieldsRemoved,
            BytesBefore = export.Length,
            BytesAfter = output.Length,
        });
        return 0;
    }

    private int Refuse(IReadOnlyList<string> problems)
    {
        view.ShowProblems(problems);
        return 1;
    }

    /// <summary>The function app's redaction settings, so that the preview matches the relay.</summary>
    private SettingsReader Settings()
    {
        var settings = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(variable => (string)variable.Key is var name && (name.StartsWith("Redaction", StringComparison.OrdinalIgnoreCase) || name.StartsWith("GenAi", StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value);
        if (policyFile is not null)
            settings["Redaction__Policy"] = Path.GetFullPath(policyFile);
        return new SettingsReader(settings);
    }

    /// <param name="file">A path; - for standard input.</param>
    public static async Task<PooledBuffer> ReadAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
        var body = new PooledBuffer();
        while (await stream.ReadAsync(body.GetMemory(64 * 1024), cancellationToken) is var count && count > 0)
            body.Advance(count);
        return body;
    }

    /// <summary>Empty names where the payload has parts that only the walk passes over.</summary>
    private static string[] SpanNames(ReadOnlySpan<byte> export, int spans)
    {
        var names = Enumerable.Repeat("", spans).ToArray();
        try
        {
            var read = ExportTraceServiceRequest.Parser.ParseFrom(export).ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans);
            foreach (var (index, span) in read.Take(spans).Index())
                names[index] = span.Name;
        }
        catch (InvalidProtocolBufferException)
        {
        }

        return names;
    }

    private static bool IsOfSpan(string owner) => owner is "Span" or "Event" or "Link" or "Status";

    private static string WhereOf(string owner) => owner switch
    {
        "InstrumentationScope" => "scope",
        "ResourceSpans" or "EntityRef" => "resource",
        "ScopeSpans" => "scope",
        _ => owner.ToLowerInvariant(),
    };
}
