using System.Text;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Redaction;

public class KeyPatternTests
{
    [Theory]
    [InlineData("tfy.input", "tfy.input", true)]
    [InlineData("tfy.input", "TFY.Input", true)]
    [InlineData("tfy.input", "tfy.input2", false)]
    [InlineData("tfy.input", "xtfy.input", false)]
    [InlineData("tfy.input", "tfy.inpu", false)]
    [InlineData("llm.prompts.*", "llm.prompts.0.text", true)]
    [InlineData("llm.prompts.*", "llm.prompts.", true)]
    [InlineData("llm.prompts.*", "llm.prompts", false)]
    [InlineData("gen_ai.prompt.*.content", "gen_ai.prompt.10.content", true)]
    [InlineData("gen_ai.prompt.*.content", "gen_ai.prompt.0.role", false)]
    [InlineData("reranker.*_documents.*", "reranker.input_documents.0.document.content", true)]
    [InlineData("*.authorization", "http.request.header.Authorization", true)]
    [InlineData("*.authorization", "authorization", false)]
    [InlineData("*", "", true)]
    [InlineData("a*b*c", "aXXbYYbZc", true)]
    [InlineData("a*b*c", "aXXbYYbZ", false)]
    [InlineData("ä", "Ä", false)]
    public void AStarStandsForAnyRunAndAsciiCaseDoesNotMatter(string pattern, string key, bool matches) =>
        Assert.Equal(matches, new KeyPattern(pattern).Matches(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void ManyStarsDoNotTakeLong() =>
        Assert.False(new KeyPattern("*a*a*a*a*a*a*a*b").Matches(Encoding.UTF8.GetBytes(new string('a', 100_000))));
}
