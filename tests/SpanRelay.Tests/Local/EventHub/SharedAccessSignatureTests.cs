using SpanRelay.Local.EventHub;

namespace SpanRelay.Tests.Local.EventHub;

public sealed class SharedAccessSignatureTests
{
    private const string Key = "bm90LWEtc2VjcmV0LWp1c3QtYS10ZXN0LXZlY3Rvcg==";

    // printf '<sr>\n1780000000' | openssl dgst -sha256 -hmac "$KEY" -binary | base64
    private const string Known =
        "SharedAccessSignature sr=http%3A%2F%2F127.0.0.1%3A5000%2Fspans&sig=z0RqJwViwx1%2F%2B6c4ulN66EAoYs9ZQr2%2FWhaB69f%2B7Cc%3D&se=1780000000&skn=send";

    private static readonly DateTimeOffset Expiry = DateTimeOffset.FromUnixTimeSeconds(1780000000);
    private static readonly Uri Hub = new("http://127.0.0.1:5000/spans");
    private static readonly Uri Messages = new("http://127.0.0.1:5000/spans/messages");

    [Fact]
    public void TheSignatureIsThatOfOpenSsl() => Assert.Equal(Known, SharedAccessSignature.Create(Hub, "send", Key, Expiry));

    [Fact]
    public void TheResourceIsSignedInLowerCase() =>
        Assert.Equal(Known, SharedAccessSignature.Create(new Uri("HTTP://127.0.0.1:5000/Spans/"), "send", Key, Expiry));

    [Theory]
    [InlineData("http://127.0.0.1:5000/spans")]
    [InlineData("https://127.0.0.1:5000/spans/messages")]
    [InlineData("http://127.0.0.1:5000/Spans/partitions/0/messages")]
    public void ItOpensTheResourceAndAllBelowIt(string resource) => Assert.True(Verify(Known, new Uri(resource)).IsValid);

    [Theory]
    [InlineData("http://127.0.0.1:5000/spansandmore/messages")]
    [InlineData("http://127.0.0.1:5000/")]
    [InlineData("http://127.0.0.1:5001/spans/messages")]
    public void ItOpensNothingElse(string resource) =>
        Assert.Equal("The signature is for another resource (sr).", Verify(Known, new Uri(resource)).Reason);

    [Fact]
    public void ItExpires()
    {
        Assert.True(SharedAccessSignature.Verify(Known, Messages, "send", Key, Expiry.AddSeconds(-1)).IsValid);
        Assert.Equal("The signature has expired (se).", SharedAccessSignature.Verify(Known, Messages, "send", Key, Expiry).Reason);
    }

    [Theory]
    [InlineData("se=1780000000", "se=1890000000")]
    [InlineData("%2Fspans", "%2Fother")]
    [InlineData("sig=z0Rq", "sig=z1Rq")]
    [InlineData("sig=z0Rq", "sig=%%%")]
    [InlineData("sig=z0RqJwViwx1%2F%2B6c4ulN66EAoYs9ZQr2%2FWhaB69f%2B7Cc%3D", "sig=")]
    public void AManipulatedSignatureDoesNotMatch(string part, string changed) =>
        Assert.Equal("The signature (sig) does not match.", Verify(Known.Replace(part, changed, StringComparison.Ordinal), Messages).Reason);

    [Theory]
    [InlineData(null, "The Authorization header is missing.")]
    [InlineData("Bearer abc", "The Authorization header is not a SharedAccessSignature.")]
    [InlineData("SharedAccessSignature sr=a&se=1&skn=send", "The signature has no sig.")]
    [InlineData("SharedAccessSignature sr=a&sig=b&se=1&skn=other", "The key name (skn) is not known.")]
    [InlineData("SharedAccessSignature sr=a&sig=b&se=soon&skn=send", "The expiry (se) is not in Unix seconds.")]
    public void AMalformedSignatureIsRefusedWithAReason(string? authorization, string reason) =>
        Assert.Equal(reason, Verify(authorization, Messages).Reason);

    [Fact]
    public void AnotherKeyDoesNotMatch() =>
        Assert.False(SharedAccessSignature.Verify(Known, Messages, "send", "another", Expiry.AddDays(-1)).IsValid);

    private static SharedAccessSignatureResult Verify(string? authorization, Uri resource) =>
        SharedAccessSignature.Verify(authorization, resource, "send", Key, Expiry.AddDays(-1));
}
