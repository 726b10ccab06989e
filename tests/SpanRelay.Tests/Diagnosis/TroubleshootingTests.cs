using System.Reflection;
using System.Text;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Otlp;

namespace SpanRelay.Tests.Diagnosis;

/// <summary>docs/troubleshooting.md is the catalogue. SPANRELAY_WRITE_DOCS=1 writes it anew.</summary>
public sealed class TroubleshootingTests
{
    private const string WriteDocs = "SPANRELAY_WRITE_DOCS";

    private const string Start = """
        # Troubleshooting

        Every dead letter and every incident has a record that names one of these causes, the evidence, and the next step. It is in the
        log (`Dead letter recorded: …`, `Incident open: …`), in the container `dead-letters`, and in `spanrelay dead-letters list` and
        `show`. This page is generated from the catalogue in the code. To find out what keeps spans from arriving, start with
        [doctor](doctor.md): it names the same causes before a span is sent.

        - An **incident** has no spans of its own: they wait in the Event Hub, and are sent when it is over. They become dead letters
          when they get too old for Dynatrace (`Relay__MaxSpanAge`), with the incident's cause. The next step in such a record then says
          how to keep the spans: `spanrelay dead-letters replay --to {endpoint}`.
        - A **dead letter** has a payload. `spanrelay dead-letters replay` sends what Dynatrace would still keep.
        - [event-forms.md](event-forms.md) lists the forms in which an event is read, and what becomes of others.

        """;

    [Fact]
    public void ThePageIsTheCatalogue()
    {
        var page = Page();
        if (Environment.GetEnvironmentVariable(WriteDocs) == "1")
            File.WriteAllText(Path.Combine(SourceRoot, "docs", "troubleshooting.md"), page);

        Assert.Equal(File.ReadAllText(Path.Combine(SourceRoot, "docs", "troubleshooting.md")), page);
    }

    [Fact]
    public void CodesAreUniqueAndAllCausesAreInTheCatalogue()
    {
        var all = CauseCatalog.Groups.SelectMany(group => group.Causes).ToList();
        var fields = typeof(CauseCatalog).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(Cause)).Select(field => (Cause)field.GetValue(null)!);

        Assert.Equal(all.Count, all.Select(cause => cause.Code).Distinct().Count());
        Assert.Equal(fields.OrderBy(cause => cause.Code, StringComparer.Ordinal), all.OrderBy(cause => cause.Code, StringComparer.Ordinal));
        Assert.All(all, cause => Assert.Matches("^[a-z]+(-[a-z]+)*$", cause.Code));
        Assert.All(all, cause => Assert.EndsWith(".", cause.NextStep, StringComparison.Ordinal));
    }

    private static string SourceRoot { get; } =
        typeof(TroubleshootingTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;

    private static string Page()
    {
        var page = new StringBuilder(Start.ReplaceLineEndings("\n"));
        foreach (var group in CauseCatalog.Groups)
        {
            page.Append("\n## ").Append(group.Title).Append('\n');
            foreach (var cause in group.Causes)
            {
                page.Append("\n### ").Append(cause.Code).Append("\n**").Append(cause.Title).Append(".** ").Append(cause.Explanation).Append('\n')
                    .Append("- *Known by:* ").Append(cause.Evidence).Append('\n')
                    .Append("- *Next step:* ").Append(cause.NextStep).Append('\n');
                if (cause.Link is { } link)
                    page.Append("- *More:* <").Append(link).Append(">\n");
            }
        }

        return page.ToString();
    }
}
