using System.Reflection;
using System.Text;
using SpanRelay.GenAi;

namespace SpanRelay.Tests.GenAi;

/// <summary>The tables of docs/ai-observability.md are those of the code. SPANRELAY_WRITE_DOCS=1 writes them anew.</summary>
public sealed class AiObservabilityPageTests
{
    private const string Start = "<!-- The tables from here on are generated from the code. -->\n";
    private const string End = "<!-- The tables end here. -->\n";

    [Fact]
    public void TheTablesAreThoseOfTheCode()
    {
        var root = typeof(AiObservabilityPageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;
        var file = Path.Combine(root, "docs", "ai-observability.md");
        var page = File.ReadAllText(file);
        var start = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        var written = $"{page[..start]}{Tables()}{page[page.IndexOf(End, StringComparison.Ordinal)..]}";
        if (Environment.GetEnvironmentVariable("SPANRELAY_WRITE_DOCS") == "1")
            File.WriteAllText(file, written);

        Assert.Equal(File.ReadAllText(file), written);
    }

    private static string Tables()
    {
        var text = new StringBuilder("\n### Attributes\n\n| attribute | from, the first that has a value | on |\n|---|---|---|\n");
        foreach (var mapping in Mappings.All)
        {
            var sources = mapping.Sources.Index().GroupBy(each => StartOfRun(mapping.Sources, each.Index), each => each.Item)
                .Select(run => $"{string.Join(", ", run.Select(source => $"`{source.Key}`"))}: {Explained(run.First().Conversion)}");
            text.Append($"| `{mapping.Key}` | {string.Join("; ", sources)} | {On(mapping.Roles)}{(mapping.NeedsSuccess ? " that did not fail" : "")} |\n");
        }

        text.Append("\n### Kinds of spans\n\n| attribute | value | the span is | operation |\n|---|---|---|---|\n");
        foreach (var kinds in SpanKind.All.GroupBy(kind => (kind.Key, kind.Role, kind.Operation)))
            text.Append($"| `{kinds.Key.Key}` | {string.Join(", ", kinds.Select(kind => $"`{kind.Value}`"))} | {Named(kinds.Key.Role)} | {(kinds.Key.Operation is { } operation ? $"`{operation}`" : "")} |\n");
        text.Append($"| none of these, but {string.Join(", ", SpanKind.KeysOfModels.Select(key => $"`{key}`"))} | any | a model call | |\n");

        text.Append("\n### Providers\n\n| provider | names | hosts |\n|---|---|---|\n");
        foreach (var (provider, names, hosts) in Providers.Table)
            text.Append($"| `{provider}` | {Code(names)} | {Code(hosts)} |\n");
        return text.Append('\n').ToString();
    }

    /// <summary>Where the run of sources with the same conversion starts.</summary>
    private static int StartOfRun(Source[] sources, int index) => index > 0 && sources[index - 1].Conversion == sources[index].Conversion ? StartOfRun(sources, index - 1) : index;

    private static string Code(string words) => string.Join(", ", words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => $"`{word}`"));

    private static string On(SpanRole roles) => roles == SpanRole.Any
        ? "all generative-AI spans"
        : string.Join(", ", Enum.GetValues<SpanRole>().Where(role => role is not (SpanRole.None or SpanRole.Any) && roles.HasFlag(role)).Select(role => $"{Named(role).Split(' ', 2)[1]}s"));

    private static string Named(SpanRole role) => role switch
    {
        SpanRole.Model => "a model call",
        SpanRole.Request => "a request",
        SpanRole.Tool => "a tool call",
        SpanRole.Agent => "an agent call",
        SpanRole.Guardrail => "a guardrail",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    private static string Explained(Conversion conversion) => conversion switch
    {
        Conversion.Identifier => "an identifier",
        Conversion.Name => "a name",
        Conversion.Count => "a whole number",
        Conversion.CountWithoutInput => "the total without the input tokens",
        Conversion.Number => "a number",
        Conversion.OperationOfKind => "the operation of the span's kind",
        Conversion.OperationOfRequestType => "`ChatCompletion`, `Completion` or `Embedding`",
        Conversion.OperationOfUrl => "by the end of its path",
        Conversion.RequestTypeOfOperation => "`chat`, `completion` or `embedding`",
        Conversion.ProviderByName => "by its name, else as it is",
        Conversion.ProviderOfOpenInference => "by its name, else as it is; for `azure` and `google` with `llm.system`",
        Conversion.ProviderOfHost => "by its host",
        Conversion.ProviderOfAccount => "by a part before the model that starts with a provider's name, such as `openai-main/gpt-4o`",
        Conversion.ErrorCode => "an identifier, or a number other than 0",
        Conversion.ErrorStatus => "400 to 599",
        Conversion.ToolError => "`tool_error` if it is true",
        _ => throw new ArgumentOutOfRangeException(nameof(conversion)),
    };
}
