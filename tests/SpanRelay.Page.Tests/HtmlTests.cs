using SpanRelay.Cli.Page;

namespace SpanRelay.Page.Tests;

public sealed class HtmlTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("' onmouseover='alert(1)")]
    [InlineData("</title><svg/onload=alert(1)>")]
    public void WhateverASenderNamesASpanItIsText(string name)
    {
        var markup = Html.From($"""<a title="{name}">{name}</a>""").ToString();

        Assert.Equal(2, markup.Count(c => c == '<'));
        Assert.Equal(2, markup.Count(c => c == '"'));
        Assert.DoesNotContain('\'', markup);
    }

    [Fact]
    public void MarkupIsNotEncodedTwice()
    {
        var inner = Html.From($"<b>{"a & b"}</b>");

        Assert.Equal("<p><b>a &amp; b</b><b>a &amp; b</b>1,234 0.5</p>", Html.From($"<p>{inner}{new[] { inner }}{1234L} {0.5}</p>").ToString());
    }

    [Fact]
    public void AValueKeepsItsLinesAndTurnsNothingAround()
    {
        Assert.Equal("a\n\tb\uFFFDc\uFFFD", Figures.Value("a\n\tb\u202Ec\u0007"));
        Assert.InRange(Figures.Value(new string('x', 1_000_000)).Length, 1_000, 2_100);
        Assert.Equal("a b", Figures.Name("a\r\n\u202Eb"));
        Assert.Equal("(no name)", Figures.Name("\u200B"));
    }
}
