using SpanRelay.GenAi.Contract;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.GenAi.Contract;

public sealed class AiContractTests
{
    private static readonly (string Key, object Value)[] ModelCall =
    [
        ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "gpt-4o"), ("gen_ai.response.model", "gpt-4o"),
        ("gen_ai.usage.input_tokens", 3L), ("gen_ai.usage.output_tokens", 2L), ("llm.request.type", "chat"),
    ];

    [Fact]
    public void ACompleteModelCallPasses()
    {
        var verdict = Check(ModelCall);

        Assert.True(verdict.Passes);
        Assert.All(verdict.Views, view => Assert.Empty(view.Missing));
        Assert.Equal(["services", "providers and models", "tokens and cost", "operations", "prompts", "errors"], verdict.Views.Select(view => view.Name));
    }

    [Theory]
    [InlineData("gen_ai.provider.name", "providers and models", false)]
    [InlineData("gen_ai.request.model", "providers and models", false)]
    [InlineData("gen_ai.response.model", "providers and models", false)]
    [InlineData("gen_ai.usage.input_tokens", "tokens and cost", false)]
    [InlineData("gen_ai.usage.output_tokens", "tokens and cost", false)]
    [InlineData("llm.request.type", "prompts", true)]
    public void WhatIsMissingIsNamedWithItsView(string key, string view, bool passes)
    {
        var verdict = Check([.. ModelCall.Where(each => each.Key != key)]);

        Assert.Equal(passes, verdict.Passes);
        Assert.Equal([(view, key, 1)], verdict.Views.SelectMany(each => each.Missing, (each, missing) => (each.Name, missing.Key, missing.Spans)));
    }

    [Fact]
    public void TokensInATextAreMissing() =>
        Assert.False(Check([.. ModelCall.Where(each => each.Key != "gen_ai.usage.input_tokens"), ("gen_ai.usage.input_tokens", "3")]).Passes);

    [Fact]
    public void TheOlderNameOfTheProviderDoes() =>
        Assert.True(Check([.. ModelCall.Where(each => each.Key != "gen_ai.provider.name"), ("gen_ai.system", "openai")]).Passes);

    [Fact]
    public void AFailedCallNeedsNeitherTokensNorTheModelThatAnsweredButItsError()
    {
        var span = Span(ModelCall[..3]);
        span.Status = new Status { Code = Status.Types.StatusCode.Error };

        var verdict = AiContract.Check([(Service, span)]);

        Assert.True(verdict.Passes);
        Assert.Equal(["llm.request.type", "error.type"], verdict.Views.SelectMany(view => view.Missing).Select(missing => missing.Key));
    }

    [Fact]
    public void AResourceWithoutAServiceFails() => Assert.False(AiContract.Check([(new Resource(), Span(ModelCall))]).Passes);

    [Fact]
    public void WithoutAModelCallItFails()
    {
        var verdict = Check([("http.request.method", "POST")]);

        Assert.Equal((false, 1, 0, 0), (verdict.Passes, verdict.Spans, verdict.ModelCalls, verdict.Views.Count));
    }

    [Fact]
    public void AViewWorksInPartWhereSomeSpansHaveItsKeys()
    {
        var verdict = AiContract.Check([(Service, Span(ModelCall)), (Service, Span(ModelCall)), (Service, Span(ModelCall[..1]))]);

        Assert.True(verdict.Passes);
        Assert.Equal(3, verdict.ModelCalls);
        Assert.All(verdict.Views, view => Assert.False(view.IsEmpty));
        Assert.All(verdict.Views.SelectMany(view => view.Missing), missing => Assert.Equal((1, 3), (missing.Spans, missing.OfSpans)));
    }

    [Fact]
    public void AServiceWithoutItsKeysFailsWhateverOthersHave()
    {
        var other = new Resource { Attributes = { Some.Attribute("service.name", "warehouse") } };

        var verdict = AiContract.Check([(Service, Span(ModelCall)), (other, Span(ModelCall[..1]))]);

        Assert.False(verdict.Passes);
        Assert.All(verdict.Views.Where(view => view.IsEmpty), view => Assert.Equal("warehouse", view.Service));
    }

    private static Resource Service => new() { Attributes = { Some.Attribute("service.name", "shop") } };

    private static AiVerdict Check((string Key, object Value)[] attributes) => AiContract.Check([(Service, Span(attributes))]);

    private static Span Span((string Key, object Value)[] attributes)
    {
        var span = Some.Span();
        span.Attributes.Add(attributes.Select(each => new KeyValue { Key = each.Key, Value = each.Value is long number ? new AnyValue { IntValue = number } : Some.Text((string)each.Value) }));
        return span;
    }
}
