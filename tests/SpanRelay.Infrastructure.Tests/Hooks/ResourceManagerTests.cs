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

    [Theory]
    [InlineData(200, """{"value":[{"name":"shop"},{"name":"old"},{},1]}""", "shop old")]
    [InlineData(200, """{"value":{}}""", "")]
    [InlineData(200, "<html>", "")]
    [InlineData(403, """{"value":[{"name":"shop"}]}""", "")]
    public async Task ThePoliciesOfAHubAreListed(int status, string body, string names) =>
        Assert.Equal(names, string.Join(' ', await Manager((HttpStatusCode)status, body).ListHubPoliciesAsync("/subscriptions/1/hub")));

    [Theory]
    [InlineData(false, "first")]
    [InlineData(true, "second")]
    public async Task TheKeyThatIsAskedForIsRead(bool secondary, string key) =>
        Assert.Equal((key, null), await Manager(HttpStatusCode.OK, """{"primaryKey":"first","secondaryKey":"second"}""").ReadHubKeyAsync("/subscriptions/1/hub", "send", secondary));

    [Fact]
    public async Task TheKeyOfAFunctionIsRead()
    {
        var handler = new Answer(HttpStatusCode.OK, """{"default":"key"}""");

        Assert.Equal(("key", null), await new ResourceManager(new HttpClient(handler), "token").ReadFunctionKeyAsync("/subscriptions/1/app", "IngestKey"));
        Assert.Equal("POST https://management.azure.com/subscriptions/1/app/functions/IngestKey/listKeys?api-version=2024-04-01", handler.Asked);
    }

    [Theory]
    [InlineData(401, "", "does not accept your login (401)")]
    [InlineData(403, "", "takes the action Microsoft.EventHub/namespaces/eventhubs/authorizationRules/listKeys/action")]
    [InlineData(404, "", "finds no policy send there (404)")]
    [InlineData(429, "", "answered 429")]
    [InlineData(503, "{}", "answered 503")]
    [InlineData(200, "{}", "has no key of the policy send")]
    [InlineData(200, "", "has no key of the policy send")]
    [InlineData(200, "<html>", "has no key of the policy send")]
    [InlineData(200, """{"primaryKey":null}""", "has no key of the policy send")]
    [InlineData(200, """{"primaryKey":{}}""", "has no key of the policy send")]
    public async Task WhyThereIsNoKeyIsSaid(int status, string body, string problem)
    {
        var (key, said) = await Manager((HttpStatusCode)status, body).ReadHubKeyAsync("/subscriptions/1/hub", "send", secondary: false);

        Assert.Null(key);
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }

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
