using System.Reflection;
using System.Text;
using SpanRelay.Buffers;
using SpanRelay.Diagnosis;
using SpanRelay.Local.Faults;
using SpanRelay.Otlp;
using SpanRelay.Pipeline;
using SpanRelay.Redaction;
using SpanRelay.Telemetry;
using SpanRelay.Tests.Telemetry;

namespace SpanRelay.Tests.Otlp;

/// <summary>Every form of the table, through decoder, redactor and classifier. SPANRELAY_WRITE_DOCS=1 writes docs/event-forms.md anew.</summary>
public sealed class EventFormsTests
{
    private const string Start = """
        # Forms of events

        The bytes of an event decide how it is read, not its properties. What can be understood in one way only is read and delivered;
        anything else is quarantined as a whole, with a record that names what it is and the next step. The metric
        `spanrelay.events.by_form` counts the forms that were read. Encodings may be combined, such as base64 of gzip of JSON, five deep;
        all layers of an event together may decompress to 64 MiB, less on instances of 512 MB ([capacity](capacity.md#limits)).

        An export without spans settles the event. No event settles without spans when something unknown is where spans should be: then
        it is quarantined as [spans-not-found](troubleshooting.md#spans-not-found). An event without a body is quarantined, too: it may
        be an empty export, or a body that was lost on the way.

        This page is generated from the tests.

        ## Read

        | form | counted as | spans |
        |---|---|---|

        """;

    private const string NamedStart = """

        ## Quarantined or dead-lettered

        | form | cause | next step |
        |---|---|---|

        """;

    private static readonly Dictionary<string, Cause> Causes = CauseCatalog.Groups.SelectMany(group => group.Causes).ToDictionary(cause => cause.Code);

    public static TheoryData<string> Names => [.. EventForms.All.Select(form => form.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void IsReadWithAllItsSpansOrNamed(string name)
    {
        var form = EventForms.All.Single(each => each.Name == name);
        var body = form.Create(Some.Now);
        using var decoder = new PayloadDecoder();
        var export = decoder.Decode(body, out var problem);
        var result = new RedactionResult { Problem = problem };
        if (problem == PayloadProblem.None)
            result = Redact(export);

        if (form.ReadAs is not null)
            Assert.Equal((PayloadProblem.None, form.ReadAs, form.Spans), (result.Problem, decoder.Form.Name(), result.Spans));
        else
            Assert.Equal(form.Cause, result.Problem == PayloadProblem.None ? "read" : PayloadClassifier.Classify(body, result.Problem).Code);
    }

    [Fact]
    public void ThePageIsTheTable()
    {
        var file = Path.Combine(SourceRoot, "docs", "event-forms.md");
        var page = Page();
        if (Environment.GetEnvironmentVariable("SPANRELAY_WRITE_DOCS") == "1")
            File.WriteAllText(file, page);

        Assert.Equal(File.ReadAllText(file), page);
        Assert.InRange(EventForms.All.Count, 60, int.MaxValue);
        Assert.Equal(EventForms.All.Count, EventForms.All.Select(form => form.Name).Distinct().Count());
    }

    [Fact]
    public void EventsAreCountedByForm()
    {
        using var metrics = CollectedMetrics.Start();
        using var reader = new EventReader(Redactor.ThatKeepsEverything, new SpanLifetime(maxAge: null, TimeProvider.System), new SettledSpans());

        foreach (var form in EventForms.All)
            reader.Decode(new IncomingEvent(form.Create(Some.Now)));

        var counted = metrics.All.Where(each => each.Instrument == RelayMetrics.EventsByForm).Select(each => (string)each.Tags.Single().Value!).ToList();
        Assert.Equal(EventForms.All.Count, counted.Count);
        Assert.Subset(counted.ToHashSet(), EventForms.All.Where(form => form.ReadAs is not null).Select(form => form.ReadAs!).ToHashSet());
        Assert.Contains("unread", counted);
    }

    private static RedactionResult Redact(ReadOnlySpan<byte> export)
    {
        using var output = new PooledBuffer();
        var redactor = new Redactor(new RedactionOptions(), SpanRelay.Otlp.ResourceAttributes.None);
        return redactor.Redact(export, output, new int[redactor.Rules.Count]);
    }

    private static string SourceRoot { get; } =
        typeof(EventFormsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;

    private static string Page()
    {
        var page = new StringBuilder(Start.ReplaceLineEndings("\n"));
        foreach (var form in EventForms.All.Where(form => form.Cause is null))
            page.Append("| ").Append(Cell(form.Name)).Append(" | `").Append(form.ReadAs).Append("` | ").Append(form.Spans).Append(" |\n");
        page.Append(NamedStart.ReplaceLineEndings("\n"));
        foreach (var form in EventForms.All.Where(form => form.Cause is not null))
            page.Append("| ").Append(Cell(form.Name)).Append(" | [").Append(form.Cause).Append("](troubleshooting.md#").Append(form.Cause).Append(") | ").Append(Causes[form.Cause!].NextStep).Append(" |\n");
        return page.ToString();
    }

    private static string Cell(string name) => name is ['{' or '[', ..] ? $"`{name}`" : name;
}
