using System.Text;
using System.Text.Json;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.GenAi;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction.Corpus;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.Redaction;

/// <summary>What instrumentations write: no word of their content leaves, and all of their metadata does.</summary>
public class InstrumentationKeysTests(ITestOutputHelper output)
{
    private const string Planted = "kanarie7";

    private static readonly Redactor ByDefault = new(new RedactionOptions(), ResourceAttributes.None);

    private static readonly RedactionPolicy StrictPolicy = RedactionPolicyReader.Read(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "documents", "redaction.strict.json")), out _);
    private static readonly Redactor Strict = new(new RedactionOptions { Policy = StrictPolicy }, ResourceAttributes.None);

    [Fact]
    public void NoContentLeavesFromAnyPlace()
    {
        var leaks = new List<string>();
        foreach (var source in KeyCorpus.Content.GroupBy(key => key.Source))
        {
            var placed = source.SelectMany(Placed).ToList();
            leaks.AddRange(placed.Where(each => Leaves(ByDefault, each.Request)).Select(each => $"{source.Key}: {each.Key.Key} {each.What}"));
            output.WriteLine($"{source.Count(),4} keys, {placed.Count,6} requests: {source.Key}");
        }

        var keys = KeyCorpus.Content.Select(key => (key.Event, key.Key)).Distinct().Count();
        output.WriteLine($"{keys} keys of {KeyCorpus.Content.Select(key => key.Source).Distinct().Count()} sources; {leaks.Count} requests with content left.");
        Assert.True(keys >= 400);
        Assert.True(leaks.Count == 0, string.Join('\n', leaks.DistinctBy(leak => string.Join(' ', leak.Split(' ').Take(4))).Take(100)));
    }

    [Fact]
    public void MetadataStaysByteForByte()
    {
        var changed = new List<string>();
        foreach (var source in KeyCorpus.Metadata.GroupBy(key => key.Source))
        {
            foreach (var key in source)
            {
                foreach (var place in (string[])["span", "resource", "scope", "event", "link"])
                {
                    var request = CanaryRequest.With(place, CanaryRequest.Attribute(key.Key, KeyCorpus.ValueOf(key.Value))).ToByteArray();
                    if (!Redacted(ByDefault, request).AsSpan().SequenceEqual(request))
                        changed.Add($"{source.Key}: {key.Key} = {key.Value} on a {place}");
                }
            }

            output.WriteLine($"{source.Count(),4} keys: {source.Key}");
        }

        Assert.True(changed.Count == 0, string.Join('\n', changed.Take(300)));
    }

    [Fact]
    public void TheStrictPolicyLetsOutWhatItAllowsAlone()
    {
        var allowed = new KeyPatterns(StrictPolicy.AllowOnly);
        foreach (var (key, what, request) in KeyCorpus.Content.SelectMany(Placed))
        {
            var left = ExportTraceServiceRequest.Parser.ParseFrom(Redacted(Strict, request.ToByteArray()));
            Assert.True(!Canary.IsIn(left.ToByteArray(), Planted), $"{key.Key} {what}");
            Assert.All(Attributes(left), attribute => Assert.True(allowed.Match(Encoding.UTF8.GetBytes(attribute.Key)), attribute.Key));
        }

        Assert.All(KeyCorpus.Metadata.Where(key => key.Source == "Dynatrace AI Observability"), key =>
        {
            var request = CanaryRequest.With("span", CanaryRequest.Attribute(key.Key, KeyCorpus.ValueOf(key.Value))).ToByteArray();
            Assert.True(Redacted(Strict, request).AsSpan().SequenceEqual(request), key.Key);
        });
    }

    [Fact]
    public void TheStrictPolicyAllowsWhatNormalizationReadsAndWrites()
    {
        var allowed = new KeyPatterns(StrictPolicy.AllowOnly);
        var needed = Mappings.All.SelectMany(mapping => mapping.Sources.Select(source => source.Key).Append(mapping.Key)).Concat(SpanKind.All.Select(kind => kind.Key)).Append(SpanKind.McpMethod);

        Assert.All(needed.Distinct(), key => Assert.True(allowed.Match(Encoding.UTF8.GetBytes(key)), key));
    }

    private static IEnumerable<KeyValue> Attributes(ExportTraceServiceRequest request) =>
        request.ResourceSpans.SelectMany(resource => resource.Resource.Attributes).Concat(request.Spans().SelectMany(span => span.Attributes.Concat(span.Events.SelectMany(each => each.Attributes))));

    /// <summary>The key with its value, and with one word, in every place; and in JSON under a key that says nothing.</summary>
    private static IEnumerable<(CorpusKey Key, string What, ExportTraceServiceRequest Request)> Placed(CorpusKey key)
    {
        string[] texts = key.IsKnownByValueOnly ? [KeyCorpus.TextOf(key, Planted)] : [KeyCorpus.TextOf(key, Planted), Planted];
        foreach (var text in texts)
        {
            if (key.Event is not null)
            {
                foreach (var value in KeyCorpus.ValuesOf(text))
                    yield return (key, $"on {key.Event}: {text}", OfEvent(key.Event, CanaryRequest.Attribute(key.Key, value)));
                continue;
            }

            foreach (var place in CanaryRequest.Places)
            {
                var values = key.IsKnownByValueOnly ? KeyCorpus.ValuesAsWritten(text) : KeyCorpus.ValuesOf(text);
                foreach (var value in values)
                    yield return (key, $"on a {place}: {text}", CanaryRequest.With(place, CanaryRequest.Attribute(key.Key, value)));
            }

            foreach (var json in Json(key.Key, text))
            {
                foreach (var place in CanaryRequest.Places)
                    yield return (key, $"in JSON on a {place}: {json}", CanaryRequest.With(place, Some.Attribute("note", json)));
            }
        }
    }

    private static IEnumerable<string> Json(string key, string text)
    {
        var flat = JsonSerializer.Serialize(new Dictionary<string, object> { ["id"] = 7, [key] = text });
        yield return flat;
        yield return JsonSerializer.Serialize(new { level = "info", span = new[] { new Dictionary<string, object> { [key] = text } } });
        yield return JsonSerializer.Serialize(new { log = flat });
        object nested = text;
        foreach (var part in key.Split('.').Reverse())
            nested = new Dictionary<string, object> { [part] = nested };
        yield return JsonSerializer.Serialize(nested);
        if (text[0] is '{' or '[')
            yield return $$"""{{{JsonSerializer.Serialize(key)}}: {{text}}}""";
    }

    private static ExportTraceServiceRequest OfEvent(string name, KeyValue attribute)
    {
        var span = Some.Span();
        span.Events.Add(new Span.Types.Event { Name = name, Attributes = { attribute } });
        return Some.Request(span);
    }

    private static bool Leaves(Redactor redactor, ExportTraceServiceRequest request) => Canary.IsIn(Redacted(redactor, request.ToByteArray()), Planted);

    private static byte[] Redacted(Redactor redactor, byte[] request)
    {
        using var output = new PooledBuffer();
        var result = redactor.Redact(request, output, new int[redactor.Rules.Count]);
        Assert.Equal(PayloadProblem.None, result.Problem);
        return output.WrittenSpan.ToArray();
    }
}
