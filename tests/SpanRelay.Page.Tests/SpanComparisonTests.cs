using System.Text.RegularExpressions;
using Google.Protobuf;
using SpanRelay.Cli.Page;
using SpanRelay.GenAi;
using SpanRelay.Local.EventHub;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Settings;

namespace SpanRelay.Page.Tests;

public sealed class SpanComparisonTests : IDisposable
{
    private const string Policy = """{"drop":["internal.*"],"mask":["user.name"],"hash":["user.id"],"keep":[],"audit":true}""";

    private readonly string _policy = Path.GetTempFileName();

    public void Dispose() => File.Delete(_policy);

    [Theory]
    [InlineData("tfy.input", "where is my parcel?", nameof(Fate.Removed), "content", null)]
    [InlineData("internal.note", "for us", nameof(Fate.Removed), "drop", null)]
    [InlineData("http.request.header.authorization", "Bearer abc", nameof(Fate.Removed), "credentialKeys", null)]
    [InlineData("user.name", "Ada", nameof(Fate.Masked), "mask", "***")]
    [InlineData("note", "write to ada@example.com", nameof(Fate.Changed), "email", "write to [email]")]
    [InlineData("db.query.text", "select 1 from t where a = 'b'", nameof(Fate.Changed), "queryText", "select ? from t where a = ?")]
    [InlineData("region", "eu", nameof(Fate.Kept), "", "eu")]
    public void TheRuleIsTheOneThatRedactionReports(string key, string before, string fate, string rule, string? after)
    {
        var compared = Compare(new Span { Attributes = { Text(key, before) } }).Attributes.Single(each => each.Key == key);

        Assert.Equal((fate, rule, before, after), (compared.Fate.ToString(), compared.Rule, compared.Before, compared.After));
    }

    [Fact]
    public void APseudonymIsShownForWhatItStandsFor()
    {
        var compared = Compare(new Span { Attributes = { Text("user.id", "ada") } }).Attributes.Single(each => each.Key == "user.id");

        Assert.Equal((Fate.Hashed, "hash", "ada"), (compared.Fate, compared.Rule, compared.Before));
        Assert.StartsWith("hmac:", compared.After, StringComparison.Ordinal);
    }

    [Fact]
    public void OfAnyNumberOfAttributesTheFirstThreeHundredAreShown()
    {
        var compared = Compare(new Span { Attributes = { Enumerable.Range(0, 1_000).Select(number => Text($"region.{number}", "eu")) } });

        var view = ComparisonView.Render(compared, compared.After).ToString();

        Assert.Equal(300, Regex.Count(view, "<tr class="));
        Assert.Contains("Only the first 300 attributes are shown.", view, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryPartOfASpanIsComparedAndEachAdditionNamesWhoAddedIt()
    {
        var span = new Span
        {
            Name = "for ada@example.com",
            Attributes = { Text("tfy.span_type", "Model"), Text("tfy.model.name", "gpt-4o"), Text("tfy.model.request_type", "ChatCompletion") },
            Events = { new Span.Types.Event { Name = "one", Attributes = { Text("internal.a", "1") } }, new Span.Types.Event { Name = "two", Attributes = { Text("internal.a", "2"), Text("b", "3") } } },
            Status = new Status { Message = "the prompt again", Code = Status.Types.StatusCode.Error },
        };

        var all = Compare(span).Attributes;

        Assert.Contains(all, each => each is { Where: "Resource", Key: "Authorization", Fate: Fate.Removed, Rule: "credentialKeys" });
        Assert.Contains(all, each => each is { Where: "Resource", Key: "team", Fate: Fate.Added, Rule: "Relay__ResourceAttributes", After: "ai" });
        Assert.Contains(all, each => each is { Where: "Span", Key: "gen_ai.request.model", Fate: Fate.Added, Rule: "genAi", Before: null });
        Assert.Contains(all, each => each is { Where: "Span", Key: "spanrelay.redactions", Fate: Fate.Added, Rule: "audit" });
        Assert.Contains(all, each => each is { Where: "Span", Key: "name", Fate: Fate.Changed, Rule: "email" });
        Assert.Contains(all, each => each is { Where: "Status", Key: "message", Fate: Fate.Removed, Rule: "content", Before: "the prompt again" });
        Assert.Equal(["1", "2"], all.Where(each => each is { Where: "Event", Key: "internal.a", Fate: Fate.Removed }).Select(each => each.Before));
        Assert.Contains(all, each => each is { Where: "Event", Key: "b", Fate: Fate.Kept });
    }

    [Fact]
    public void AMembersChangeIsItsAttributesAndNotThatOfANeighborWithSuchAName()
    {
        var map = new KeyValue { Key = "a", Value = new AnyValue { KvlistValue = new KeyValueList { Values = { Text("c", "ada@example.com") } } } };

        var all = Compare(new Span { Attributes = { map, Text("a.b", "eve@example.com"), Text("a.d", "nothing") } }).Attributes;

        Assert.Equal((Fate.Changed, "email"), FateOf("a"));
        Assert.Equal((Fate.Changed, "email"), FateOf("a.b"));
        Assert.Equal((Fate.Kept, ""), FateOf("a.d"));
        Assert.Equal(all.Count, all.Select(each => (each.Where, each.Key)).Distinct().Count());

        (Fate, string) FateOf(string key) => all.Where(each => each.Where == "Span" && each.Key == key).Select(each => (each.Fate, each.Rule)).Single();
    }

    [Fact]
    public void OfTwoRulesInOneTextBothAreNamed()
    {
        var compared = Compare(new Span { Attributes = { Text("note", "ada@example.com with 4111 1111 1111 1111") } }).Attributes.Single(each => each.Key == "note");

        Assert.Equal(["creditCard", "email"], compared.Rule.Split(", ").Order());
    }

    [Fact]
    public void OnlyTheNewestEventsAreSearched()
    {
        var hub = new LocalEventHub("spans", 2);
        var span = new Span { TraceId = ByteString.CopyFrom(new byte[15].Append((byte)1).ToArray()), SpanId = ByteString.CopyFrom(new byte[7].Append((byte)1).ToArray()), Name = "chat" };
        var source = new ComparisonSource(hub, new SettingsReader([]));
        hub.Append(Export(span).ToByteArray());
        Assert.NotNull(source.Find(span));

        for (var sent = 0; sent < ComparisonSource.MostEvents + 1; sent++)
            hub.Append("not a trace"u8.ToArray());
        Assert.Null(source.Find(span));
    }

    [Fact]
    public void OnlySoManyBytesAreSearched()
    {
        var hub = new LocalEventHub("spans", 1);
        var span = new Span { TraceId = ByteString.CopyFrom(new byte[15].Append((byte)1).ToArray()), SpanId = ByteString.CopyFrom(new byte[7].Append((byte)1).ToArray()), Name = "chat" };
        var large = Export(new Span { TraceId = span.TraceId, SpanId = ByteString.CopyFrom(new byte[7].Append((byte)2).ToArray()), Name = new string('a', (int)ComparisonSource.MostBytes / 4) }).ToByteArray();
        var source = new ComparisonSource(hub, new SettingsReader([]));
        hub.Append(Export(span).ToByteArray());
        for (var sent = 0; sent < 3; sent++)
            hub.Append(large);
        Assert.NotNull(source.Find(span));

        hub.Append(large);
        Assert.Null(source.Find(span));
    }

    private SpanComparison Compare(Span span)
    {
        span.TraceId = ByteString.CopyFrom(Enumerable.Repeat((byte)7, 16).ToArray());
        span.SpanId = ByteString.CopyFrom(Enumerable.Repeat((byte)7, 8).ToArray());
        File.WriteAllText(_policy, Policy);
        var settings = new SettingsReader([new("Redaction__Policy", _policy), new("Redaction__HashKey", "0123456789abcdef0123")]);
        var added = ResourceAttributes.Parse("team=ai", out _);
        var redactor = new GenAiOptions().CreateRedactor(RedactionOptions.Read(settings), added);
        Assert.Empty(settings.Problems);
        return SpanComparison.Create(redactor, Export(span), added)!;
    }

    private static ExportTraceServiceRequest Export(Span span) => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = new Resource { Attributes = { Text("service.name", "gateway"), Text("Authorization", "Bearer abcdef") } },
                ScopeSpans = { new ScopeSpans { Scope = new InstrumentationScope { Name = "scope" }, Spans = { span } } },
            },
        },
    };

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };
}
