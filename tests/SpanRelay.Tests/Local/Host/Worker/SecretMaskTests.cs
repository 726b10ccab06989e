using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host.Worker;

namespace SpanRelay.Tests.Local.Host.Worker;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("token dt0c01.ST2EY72KQINMH574WMNVI7YN.G3DFPBEJ, next", "token dt0c01.ST2EY72KQINMH574WMNVI7YN.***, next")]
    [InlineData("Authorization: Bearer dt0s16.ABC.DEF", "Authorization: Bearer ***")]
    [InlineData("Endpoint=sb://h;SharedAccessKeyName=send;SharedAccessKey=abc=;EntityPath=x", "Endpoint=sb://h;SharedAccessKeyName=send;SharedAccessKey=***;EntityPath=x")]
    [InlineData("SharedAccessSignature sr=a&sig=b%3D&se=1&skn=send", "SharedAccessSignature sr=a&sig=***&se=1&skn=send")]
    [InlineData("nothing to hide", "nothing to hide")]
    public void CredentialsAreMasked(string line, string masked) => Assert.Equal(masked, SecretMask.Apply(line));
}
