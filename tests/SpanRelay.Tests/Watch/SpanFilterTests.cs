using CsCheck;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Otlp.Schema;
using SpanRelay.Watch;

namespace SpanRelay.Tests.Watch;

public sealed class SpanFilterTests
{
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(5);

    [Fact]
    public void ATimeFrameThatBeginsBeforeAllTimesFindsAllSpans()
    {
        var query = DqlQuery.Parse("fetch spans, from:now() - 999999d")!;

        Assert.Single(query.Run([new ReceivedSpan(new Resource(), new InstrumentationScope(), new Span())], new DateTimeOffset(2026, 5, 4, 10, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void TheQueryIsOneThatDynatraceDocuments() => Assert.Equal(
        """fetch spans, from:now() - 300s | filter trace.id == toUid("4bf92f3577b34da6a3ce929d0e0e4736") | filter toString(`service.name`) == "gateway" | filter startsWith(toString(`span.name`), "Model: ") | filter toString(`gen_ai.usage.input_tokens`) == "12" | sort end_time desc | limit 1000""",
        new SpanFilter
        {
            TraceId = "4BF92F3577B34DA6A3CE929D0E0E4736",
            Service = "gateway",
            Name = "Model: *",
            Attributes = [new("gen_ai.usage.input_tokens", "12")],
            WithAttributes = true,
        }.ToQuery(LookBack));

    /// <summary>Read by the grammar of DQL, the query has the one condition with that very value, whatever the value is.</summary>
    [Fact]
    public void NoValueAndNoKeyChangesTheQuery() =>
        Gen.Select(Gen.OneOf(Gen.String[Gen.OneOf(Gen.Const('"'), Gen.Const('\\'), Gen.Const('`'), Gen.Const('|'), Gen.Const('*'), Gen.Const('\''), Gen.Char.AlphaNumeric), 0, 12], Gen.String, Gen.Int[0, Attacks.Length - 1].Select(i => Attacks[i])), Gen.OneOf(Gen.String, Gen.Int[0, Attacks.Length - 1].Select(i => Attacks[i]))).Sample((value, key) =>
        {
            var filter = new SpanFilter { Attributes = [new(key, value)], WithAttributes = true };
            if (filter.FindProblems().Any())
                return;

            var query = DqlQuery.Parse(filter.ToQuery(LookBack));

            Assert.NotNull(query);
            var isStart = value.EndsWith('*');
            Assert.Equal([(key, isStart ? value[..^1] : value, isStart)], query.Conditions);
            Assert.Equal(LookBack, query.From);
        });

    [Theory]
    [InlineData("--trace takes a trace id: 32 hexadecimal digits, not all of them 0.", "4bf92f3577b34da6a3ce929d0e0e473", "k", "v")]
    [InlineData("--trace takes a trace id: 32 hexadecimal digits, not all of them 0.", "4bf92f3577b34da6a3ce929d0e0e4736\n", "k", "v")]
    [InlineData("--trace takes a trace id: 32 hexadecimal digits, not all of them 0.", "00000000000000000000000000000000", "k", "v")]
    [InlineData("--attribute takes key=value, and no span has the key \"a`b\".", null, "a`b", "v")]
    [InlineData("--attribute takes key=value, and no span has the key \"\".", null, "", "v")]
    [InlineData("--attribute takes key=value, and no span has the key \"a b\".", null, "a\nb", "v")]
    [InlineData("A value to filter by is one line of visible characters, 1,000 at most.", null, "k", "a\nb")]
    public void WhatNoSpanCanHaveIsRefused(string problem, string? trace, string key, string value) =>
        Assert.Equal([problem], new SpanFilter { TraceId = trace, Attributes = [new(key, value)] }.FindProblems());

    [Fact]
    public void ValuesAndAttributesHaveALimit()
    {
        Assert.Single(new SpanFilter { Service = new string('x', 1_001) }.FindProblems());
        Assert.Single(new SpanFilter { Attributes = [.. Enumerable.Range(0, 21).Select(_ => KeyValuePair.Create("k", "v"))] }.FindProblems());
    }

    private static readonly string[] Attacks =
    [
        "\" | limit 1 //", "x\") or (\"1\" == \"1", "\\", "\\\"", "a\\\\\"", "` == \"x\" or `k", "*", "**", "\" | fetch logs | filter true == toBoolean(\"true", "${x}", "toUid(\"a\")",
    ];
}
