using SpanRelay.Tokens;

namespace SpanRelay.Tests.Tokens;

public class ApiTokenTests
{
    private const string Public = "ABCDEFGHIJKLMNOPQRSTUVWX";
    private const string Secret = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    [Theory]
    [InlineData($"dt0c01.{Public}.{Secret}", "Api-Token")]
    [InlineData($"dt0s16.{Public}.{Secret}", "Bearer")]
    [InlineData($"  dt0c01.{Public}.{Secret}\n", "Api-Token")]
    [InlineData($"Api-Token dt0c01.{Public}.{Secret}", "Api-Token")]
    [InlineData($"api-token  dt0c01.{Public}.{Secret}", "Api-Token")]
    [InlineData($"Bearer dt0s16.{Public}.{Secret}", "Bearer")]
    [InlineData($"Bearer dt0c01.{Public}.{Secret}", "Api-Token")]
    public void TheKindOfTokenDecidesTheScheme(string text, string scheme)
    {
        Assert.True(ApiToken.TryParse(text, out var token, out _));

        Assert.Equal(scheme, token.Authorization.Scheme);
        Assert.EndsWith($".{Public}.{Secret}", token.Authorization.Parameter, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"dt0c01.{Public}.short", "is cut short or altered: a Dynatrace token is dt0c01. (access token) or dt0s16. (platform token), 24 characters, a dot and 64 characters, A to Z and 0 to 9.")]
    [InlineData($"dt0c01.{Public}", "is cut short or altered: a Dynatrace token is dt0c01. (access token) or dt0s16. (platform token), 24 characters, a dot and 64 characters, A to Z and 0 to 9.")]
    [InlineData("hunter2", "is not a Dynatrace token: those start with dt0c01. (access token) or dt0s16. (platform token).")]
    public void AnythingElseIsRefusedWithoutBeingRepeated(string text, string expected)
    {
        Assert.False(ApiToken.TryParse(text, out _, out var problem));

        Assert.Equal(expected, problem);
    }

    [Fact]
    public void ItsTextIsSafeToLog()
    {
        Assert.True(ApiToken.TryParse($"dt0c01.{Public}.{Secret}", out var token, out _));

        Assert.Equal($"dt0c01.{Public}.…", token.ToString());
    }
}
