using System.Text;
using SpanRelay.Functions.RotateToken;

namespace SpanRelay.Tests.Functions;

public class KeyVaultEventTests
{
    private const string Data = """{"Id":"https://v.vault.azure.net/secrets/n/1","VaultName":"v","ObjectType":"Secret","ObjectName":"n","Version":"1","NBF":null,"EXP":1559081980}""";

    [Theory]
    [InlineData("eventType")] // Event Grid's own schema
    [InlineData("type")] // CloudEvents
    public async Task TheHostsInvocationIsRead(string type)
    {
        var read = await ReadAsync($$$"""{"Data":{"event":{"id":"e1","subject":"n","{{{type}}}":"Microsoft.KeyVault.SecretNearExpiry","data":{{{Data}}} } },"Metadata":{"data":{{{Data}}} } }""");

        Assert.Equal(new KeyVaultEvent(KeyVaultEvent.SecretNearExpiry, "n", "1"), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"Data":{}}""")]
    [InlineData("""{"Data":{"event":"text"}}""")]
    [InlineData("""{"Data":{"event":{"id":"e1"}}}""")]
    public Task AnythingElseIsRefused(string body) => Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(body));

    private static async Task<KeyVaultEvent> ReadAsync(string body)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return await KeyVaultEvent.ReadAsync(stream, TestContext.Current.CancellationToken);
    }
}
