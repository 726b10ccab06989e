using System.Net;
using SpanRelay.Deploy;

namespace SpanRelay.Infrastructure.Tests.Hooks;

public sealed class ResourceManagerTests
{
    private const string Vaults = """
        {"value":[
          {"name":"kv-other","properties":{"location":"westeurope","tags":{"azd-env-name":"other"}}},
          {"name":"kv-elsewhere","properties":{"location":"northeurope","tags":{"azd-env-name":"prod"}}},
          {"name":"kv-untagged","properties":{"location":"westeurope"}},
          {"name":"kv-ours","properties":{"location":"westeurope","tags":{"azd-env-name":"prod"}}}]}
        """;

    [Fact]
    public async Task TheDeletedVaultOfTheEnvironmentIsFound() =>
        Assert.Equal("kv-ours", await Manager(HttpStatusCode.OK, Vaults).FindDeletedVaultAsync("1", "prod", "westeurope"));

    [Theory]
    [InlineData(HttpStatusCode.OK, "{\"value\":[]}")]
    [InlineData(HttpStatusCode.OK, "")]
    [InlineData(HttpStatusCode.OK, "<html>")]
    [InlineData(HttpStatusCode.OK, "[]")]
    [InlineData(HttpStatusCode.OK, "{\"value\":{}}")]
    [InlineData(HttpStatusCode.OK, "{\"value\":[1,{\"name\":\"kv\",\"properties\":null}]}")]
    [InlineData(HttpStatusCode.Forbidden, Vaults)]
    public async Task WhereAzureDoesNotTellThereIsNone(HttpStatusCode status, string body) =>
        Assert.Null(await Manager(status, body).FindDeletedVaultAsync("1", "prod", "westeurope"));

    [Theory]
    [InlineData(HttpStatusCode.OK, true)]
    [InlineData(HttpStatusCode.NoContent, true)]
    [InlineData(HttpStatusCode.Forbidden, false)]
    public async Task TheRootRuleIsDeleted(HttpStatusCode status, bool isGone)
    {
        var handler = new Answer(status, "");

        Assert.Equal(isGone, await new ResourceManager(new HttpClient(handler), "token").DeleteRootRuleAsync("/subscriptions/1/ns"));
        Assert.Equal("DELETE https://management.azure.com/subscriptions/1/ns/authorizationRules/RootManageSharedAccessKey?api-version=2024-01-01", handler.Asked);
    }

    [Fact]
    public async Task TheKeyOfTheSendRuleIsRead() =>
        Assert.Equal("key", await Manager(HttpStatusCode.OK, "{\"primaryKey\":\"key\"}").ReadKeyAsync("/subscriptions/1/hub", "send"));

    private static ResourceManager Manager(HttpStatusCode status, string body) => new(new HttpClient(new Answer(status, body)), "token");

    private sealed class Answer(HttpStatusCode status, string body) : HttpMessageHandler
    {
        public string Asked { get; private set; } = "";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = $"{request.Method} {request.RequestUri}";
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body) });
        }
    }
}
