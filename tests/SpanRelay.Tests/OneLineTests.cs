using System.Globalization;
using CsCheck;

namespace SpanRelay.Tests;

public sealed class OneLineTests
{
    private const int Limit = 100;

    public static TheoryData<string> Hostile => [.. HostileTexts.All.Select((_, index) => index.ToString(CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void HostileTextIsOneVisibleLine(string index) => AssertHarmless(HostileTexts.All[int.Parse(index, CultureInfo.InvariantCulture)]);

    [Fact]
    public void AnyTextIsOneVisibleLineWithinTheLimit() =>
        Gen.Char[(char)0, char.MaxValue].Array[0, 300].Sample(characters => AssertHarmless(new string(characters)));

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("größer 中文 😀 é", "größer 中文 😀 é")]
    [InlineData("  one\n\n two\t\u200Bthree  ", "one two three")]
    [InlineData("\u001B[31mred", "[31mred")]
    [InlineData(null, "")]
    public void WhatCanBeSeenStays(string? text, string expected) => Assert.Equal(expected, OneLine.From(text, Limit));

    [Fact]
    public void HalfOfAPairIsReplaced() => Assert.Equal("a\uFFFDb", OneLine.From(string.Concat("a", (char)0xD800, "b"), Limit));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "abcde…")]
    [InlineData("abcd😀", 6, "abcd😀")]
    [InlineData("abcd😀e", 6, "abcd…")] // No half of a pair.
    public void WhatIsCutEndsInAMark(string text, int limit, string expected) => Assert.Equal(expected, OneLine.From(text, limit));

    [Theory]
    [InlineData("a \" b", "\"a \\\" b\"")]
    [InlineData("a\\", "\"a\\\\\"")]
    [InlineData("\" cause=x \"", "\"\\\" cause=x \\\"\"")]
    public void QuotedTextEndsNoQuotes(string text, string expected) => Assert.Equal(expected, OneLine.Quoted(text, Limit));

    [Theory]
    [InlineData("two  spaces", true)]
    [InlineData("a\nb", false)]
    [InlineData("a\u202Eb", false)]
    public void WhatIsOneLineIsRecognized(string text, bool expected) => Assert.Equal(expected, OneLine.Is(text, Limit));

    private static void AssertHarmless(string text)
    {
        var line = OneLine.From(text, Limit);
        Assert.True(OneLine.Is(line, Limit), line);
        Assert.All(line.EnumerateRunes(), rune => Assert.False(
            System.Text.Rune.IsControl(rune) || System.Text.Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
        var quoted = OneLine.Quoted(text, Limit);
        Assert.DoesNotContain('"', quoted[1..^1].Replace("\\\\", "", StringComparison.Ordinal).Replace("\\\"", "", StringComparison.Ordinal));
    }
}
