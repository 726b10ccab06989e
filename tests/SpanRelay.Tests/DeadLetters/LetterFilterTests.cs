using SpanRelay.DeadLetters;

namespace SpanRelay.Tests.DeadLetters;

public sealed class LetterFilterTests
{
    [Theory]
    [InlineData("90s", "2026-05-04T10:19:00Z")]
    [InlineData("30m", "2026-05-04T09:50:30Z")]
    [InlineData(" 2h ", "2026-05-04T08:20:30Z")]
    [InlineData("1.5d", "2026-05-02T22:20:30Z")]
    [InlineData("2026-05-01", "2026-05-01T00:00:00Z")]
    [InlineData("2026-05-01T08:00", "2026-05-01T08:00:00Z")]
    [InlineData("2026-05-01T08:00+02:00", "2026-05-01T06:00:00Z")]
    public void ATimeIsAMomentOrHowLongAgoItWas(string text, string time)
    {
        Assert.True(LetterFilter.TryParseTime(text, Some.Now, out var read), text);

        Assert.Equal(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("h")]
    [InlineData("2 weeks")]
    [InlineData("-2h")]
    [InlineData("9999999d")]
    [InlineData("2026")]
    [InlineData("10:20")]
    [InlineData("2026-13-01")]
    public void AnythingElseIsRefused(string text) => Assert.False(LetterFilter.TryParseTime(text, Some.Now, out _), text);

    [Fact]
    public void ALetterIsLookedForWhereverItsEventMayHaveBeenFiled()
    {
        var filter = new LetterFilter { Since = Some.Now, Until = Some.Now.AddHours(1) };
        var day = DateOnly.FromDateTime(Some.Now.UtcDateTime);

        Assert.All([-90, -1, 0, 1], days => Assert.True(filter.MayHold(day.AddDays(days))));
        Assert.All([-91, 2], days => Assert.False(filter.MayHold(day.AddDays(days))));
    }
}
