using System.Text;
using SpanRelay.EndToEnd.Tests.Senders;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Real spans of the instrumentations that people use: what they say about the model arrives, and no word of a prompt or an answer.</summary>
public sealed class InstrumentationTests
{
    [Theory]
    [InlineData("vercel", "ai.model.id", "ai.usage.promptTokens")]
    [InlineData("traceloop", "gen_ai.request.model", "gen_ai.usage.input_tokens")]
    [InlineData("openinference", "llm.model_name", "llm.token_count.prompt")]
    public async Task NothingOfPromptsAndAnswersLeaves(string instrumentation, string model, string tokens)
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        var planted = new Planted();

        var sent = await JavaScriptSender.SendInstrumentedAsync(system, planted, instrumentation, deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);

        Assert.Equal(sent.Spans.Order(), system.DeliveredIds.Order());
        Assert.InRange(sent.Content, 10, int.MaxValue);
        string[] texts = [.. planted.Texts, Convert.ToBase64String(Encoding.UTF8.GetBytes(planted.Prompt))];
        Assert.Empty(
            from received in system.Dynatrace.Spans
            from attribute in received.Span.Attributes
            where texts.Any(attribute.ToString().Contains)
            select attribute.Key);
        Assert.All(system.Dynatrace.Requests, request => Assert.Empty(Planted.FoundIn(request, texts)));
        Assert.All(system.Output.Lines, line => Assert.DoesNotContain(texts, text => line.Line.Contains(text, StringComparison.Ordinal)));
        Assert.Contains(system.Dynatrace.Spans, received => received.Span.Attributes.Any(attribute => attribute.Key == model));
        Assert.Contains(system.Dynatrace.Spans, received => received.Span.Attributes.Any(attribute => attribute.Key == tokens));
        Assert.True(system.Dynatrace.AiVerdict.Passes, string.Join('\n', system.Dynatrace.AiVerdict.Views.SelectMany(view => view.Missing, (view, missing) => $"{view.Kind}: {missing}")));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{instrumentation}: {sent.Spans.Count} spans delivered; {sent.Content} values held prompts or answers before, none behind the relay. "
            + $"Left: {string.Join(", ", system.Dynatrace.Spans.SelectMany(received => received.Span.Attributes.Select(attribute => attribute.Key)).Distinct().Order(StringComparer.Ordinal))}");
    }
}
