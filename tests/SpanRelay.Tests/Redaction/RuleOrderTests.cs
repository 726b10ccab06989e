using System.Text;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction.Detectors;

namespace SpanRelay.Tests.Redaction;

/// <summary>The order of docs/redaction.md: of any two rules that would apply to an attribute, the earlier one does.</summary>
public class RuleOrderTests
{
    private const string Value = "mail@example.com and TICKET-1";

    // By its name a credential and by its path content, so that all rules can be made to apply to it.
    private const string Both = "gen_ai.prompt.0.tool_calls.token";
    private const string Content = "tfy.input";
    private const string Other = "note";

    private static readonly string[] Order = ["credentialKeys", "content", "allowOnly", "drop", "hash", "mask", "detectors", "pattern:ticket", "truncate"];

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        for (var i = 0; i < Order.Length; i++)
        {
            for (var j = i + 1; j < Order.Length; j++)
                pairs.Add(Order[i], Order[j]);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TheEarlierOfTwoRulesActs(string earlier, string later)
    {
        var key = earlier == "credentialKeys" ? Both : earlier == "content" ? Content : Other;
        var policy = With(earlier, key, With(later, key, new RedactionPolicy { ExcludeRequestData = false, Detectors = new Dictionary<string, string>() }));

        var (text, hits) = Redact(policy, key);

        Assert.Equal(Expected(earlier, later), text);
        Assert.True(hits[NameOf(earlier)] > 0);
        Assert.Equal(IsFollowedBy(earlier), hits[NameOf(later)] > 0);
    }

    [Fact]
    public void KeepSparesContentButNothingElse()
    {
        var policy = With("detectors", Content, new RedactionPolicy { Keep = [Content] });
        Assert.Equal("[email] and TICKET-1", Redact(policy, Content).Text);
        Assert.Null(Redact(policy with { Drop = [Content] }, Content).Text);
        Assert.Null(Redact(policy with { AllowOnly = [Other] }, Content).Text);
        Assert.Null(Redact(policy with { Keep = ["*"] }, Both).Text);
    }

    [Fact]
    public void KeepHoldsForWhatIsBelow()
    {
        var member = new AnyValue { KvlistValue = new KeyValueList { Values = { Some.Attribute("message.content", "said"), Some.Attribute("password", "x") } } };
        var span = Some.Span();
        span.Attributes.Add(new KeyValue { Key = "llm.input_messages", Value = new AnyValue { ArrayValue = new ArrayValue { Values = { member } } } });
        var redactor = new Redactor(new RedactionOptions { Policy = new RedactionPolicy { Keep = ["llm.input_messages"] } }, ResourceAttributes.None);

        var (_, output) = redactor.Redact(Some.Request(span).ToByteArray());

        var kept = ExportTraceServiceRequest.Parser.ParseFrom(output).Spans().Single().Attributes.Single().Value.ArrayValue.Values[0].KvlistValue;
        Assert.Equal([Some.Attribute("message.content", "said")], kept.Values);
    }

    [Fact]
    public void AMembersPathHasThePositionsOfLists()
    {
        var first = new AnyValue { KvlistValue = new KeyValueList { Values = { Some.Attribute("b", "0"), Some.Attribute("c", "kept") } } };
        var second = new AnyValue { KvlistValue = new KeyValueList { Values = { Some.Attribute("b", "1") } } };
        var span = Some.Span();
        span.Attributes.Add(new KeyValue { Key = "a", Value = new AnyValue { ArrayValue = new ArrayValue { Values = { first, second } } } });
        var redactor = new Redactor(new RedactionOptions { Policy = new RedactionPolicy { Drop = ["a.1.b"], Mask = ["a.*.b"] } }, ResourceAttributes.None);

        var (_, output) = redactor.Redact(Some.Request(span).ToByteArray());

        var list = ExportTraceServiceRequest.Parser.ParseFrom(output).Spans().Single().Attributes.Single().Value.ArrayValue.Values;
        Assert.Equal([Some.Attribute("b", "***"), Some.Attribute("c", "kept")], list[0].KvlistValue.Values);
        Assert.Empty(list[1].KvlistValue.Values);
    }

    /// <summary>As an export that was redacted before it reached the Event Hub: a pseudonym stays the one that the other way in gives.</summary>
    [Fact]
    public void WhatWasRedactedIsNotChangedAgain()
    {
        var policy = new RedactionPolicy { Hash = ["user"], Mask = ["team"], Truncate = [KeyValuePair.Create("note", 200)] };
        var redactor = new Redactor(new RedactionOptions { Policy = policy, HashKey = HashKey }, ResourceAttributes.None);
        var span = Some.Span();
        span.Attributes.Add([Some.Attribute("user", "ada"), Some.Attribute("team", "red"), Some.Attribute("note", $"ada@example.com {new string('x', 300)}"), Some.Attribute("tfy.input", "said")]);

        var (_, once) = redactor.Redact(Some.Request(span).ToByteArray());
        var hits = new int[redactor.Rules.Count];
        using var twice = new PooledBuffer();
        redactor.Redact(once, twice, hits);

        Assert.Equal(once, twice.WrittenSpan.ToArray());
        Assert.All(hits, hit => Assert.Equal(0, hit));
        Assert.StartsWith("hmac:", ExportTraceServiceRequest.Parser.ParseFrom(once).Spans().Single().Attributes.Single(attribute => attribute.Key == "user").Value.StringValue, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hmac:af9f91f538f008107abdbaafd527d0c")]
    [InlineData("hmac:af9f91f538f008107abdbaafd527d0cbb")]
    [InlineData("hmac:af9f91f538f008107abdbaafd527d0cg")]
    [InlineData("hmac:AF9F91F538F008107ABDBAAFD527D0CB")]
    [InlineData("hmaC:af9f91f538f008107abdbaafd527d0cb")]
    [InlineData("hmac:ada lovelace, ada@example.com ab")]
    public void WhatOnlyLooksLikeAPseudonymIsHashed(string value)
    {
        var redactor = new Redactor(new RedactionOptions { Policy = new RedactionPolicy { Hash = ["user"] }, HashKey = HashKey }, ResourceAttributes.None);
        var span = Some.Span();
        span.Attributes.Add(Some.Attribute("user", value));

        var (_, output) = redactor.Redact(Some.Request(span).ToByteArray());

        Assert.NotEqual(value, ExportTraceServiceRequest.Parser.ParseFrom(output).Spans().Single().Attributes.Single().Value.StringValue);
    }

    [Fact]
    public void TheAuditTellsOnEachSpanWhatItSaw()
    {
        var changed = Some.Span(1);
        changed.Attributes.Add(Some.Attribute("tfy.input", "said"));
        changed.Attributes.Add(Some.Attribute("note", Value));
        changed.Events.Add(new Span.Types.Event { Name = "e", Attributes = { Some.Attribute("password", "x") } });
        var untouched = Some.Span(2);
        var redactor = new Redactor(new RedactionOptions { Policy = new RedactionPolicy { Audit = true } }, ResourceAttributes.None);

        var (_, output) = redactor.Redact(Some.Request(changed, untouched).ToByteArray());

        var spans = ExportTraceServiceRequest.Parser.ParseFrom(output).Spans().ToList();
        Assert.Equal(new KeyValue { Key = "spanrelay.redactions", Value = new AnyValue { IntValue = 3 } }, spans[0].Attributes[^1]);
        Assert.Single(spans[0].Events);
        Assert.Empty(spans[1].Attributes);
        Assert.Equal(ExportTraceServiceRequest.Parser.ParseFrom(output).ToByteArray(), output);
    }

    private static RedactionPolicy With(string rule, string key, RedactionPolicy policy) => rule switch
    {
        "credentialKeys" => policy,
        "content" => policy with { ExcludeRequestData = true },
        "allowOnly" => policy with { AllowOnly = ["nothing.else", "service.name"] },
        "drop" => policy with { Drop = [key] },
        "hash" => policy with { Hash = [key] },
        "mask" => policy with { Mask = [key] },
        "detectors" => policy with { Detectors = new Dictionary<string, string> { ["email"] = "[email]" } },
        "pattern:ticket" => policy with { Patterns = [new RedactionPattern("ticket", new("TICKET-[0-9]"), "[ticket]")] },
        "truncate" => policy with { Truncate = [KeyValuePair.Create(key, 9)] },
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, null),
    };

    private static string? Expected(string earlier, string later) => (earlier, later) switch
    {
        ("hash", _) => "hmac:" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(HashKey, Encoding.UTF8.GetBytes(Value)))[..32],
        ("mask", _) => "***",
        ("detectors", "pattern:ticket") => "[email] and [ticket]",
        ("detectors", "truncate") => "[email] a",
        ("pattern:ticket", "truncate") => "mail@exam",
        _ => null,
    };

    // What is dropped, hashed or masked is done with; detectors, patterns and truncation follow one another.
    private static bool IsFollowedBy(string earlier) => earlier is "detectors" or "pattern:ticket";

    private static string NameOf(string rule) => rule == "detectors" ? "email" : rule;

    private static byte[] HashKey => Encoding.UTF8.GetBytes("a key of sixteen or more");

    private static (string? Text, Dictionary<string, int> Hits) Redact(RedactionPolicy policy, string key)
    {
        var redactor = new Redactor(new RedactionOptions { Policy = policy, HashKey = HashKey }, ResourceAttributes.None);
        var span = Some.Span();
        span.Attributes.Add(Some.Attribute(key, Value));
        var hits = new int[redactor.Rules.Count];
        using var output = new PooledBuffer();
        redactor.Redact(Some.Request(span).ToByteArray(), output, hits);

        var attribute = ExportTraceServiceRequest.Parser.ParseFrom(output.WrittenSpan).Spans().Single().Attributes.SingleOrDefault();
        var counts = redactor.Rules.Zip(hits).ToDictionary(each => each.First, each => each.Second);
        return (attribute?.Value.StringValue, Order.Select(NameOf).ToDictionary(name => name, name => counts.GetValueOrDefault(name)));
    }
}
