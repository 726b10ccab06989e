using System.Net;
using Azure.Core;
using Azure.Identity;
using SpanRelay.Deploy;

namespace SpanRelay.Infrastructure.Tests.Hooks;

public sealed class HubKeyReaderTests : IDisposable
{
    private const string Host = "evhns-x.servicebus.windows.net";

    private readonly StubbedAzd _azd = new();
    private readonly Keys _azure = new();

    public void Dispose() => _azd.Dispose();

    [Fact]
    public async Task TheHubIsFoundByTheEnvironmentOfAzd()
    {
        _azd.Set("EVENTHUB_HOST", Host);
        _azd.Set("EVENTHUB_NAMESPACE_ID", "/subscriptions/1/ns");

        Assert.Equal(("key", null), await ReadAsync(new HubLocation(Host, "spans", null, null)));
        Assert.Equal("Bearer azure /subscriptions/1/ns/eventhubs/spans/authorizationRules/send/listKeys", _azure.Asked);
    }

    [Fact]
    public async Task AnotherNamespaceIsLookedForInTheSameGroup()
    {
        _azd.Set("EVENTHUB_HOST", "other.servicebus.windows.net");
        _azd.Set("EVENTHUB_NAMESPACE_ID", "/subscriptions/1/other");
        _azd.Set("AZURE_SUBSCRIPTION_ID", "1");
        _azd.Set("AZURE_RESOURCE_GROUP", "rg");

        Assert.Equal(("key", null), await ReadAsync(new HubLocation(Host, "spans", null, null)));
        Assert.Equal("Bearer azure /subscriptions/1/resourceGroups/rg/providers/Microsoft.EventHub/namespaces/evhns-x/eventhubs/spans/authorizationRules/send/listKeys", _azure.Asked);
    }

    [Fact]
    public async Task WhatIsGivenCountsAndNeedsNoAzd()
    {
        Assert.Equal(("key", null), await ReadAsync(new HubLocation(Host, "spans", "2", "a b/c")));
        Assert.Contains("/subscriptions/2/resourceGroups/a%20b%2Fc/", _azure.Asked, StringComparison.Ordinal);
        Assert.Empty(_azd.Calls);
    }

    [Fact]
    public async Task WhereNobodyKnowsWhereItIsNothingIsAsked()
    {
        var (key, problem) = await ReadAsync(new HubLocation(Host, "spans", "2", null));

        Assert.Null(key);
        Assert.Equal("To read it from Azure, name --subscription and --resource-group, or run it in the repository, whose azd environment has them.", problem);
        Assert.Equal("", _azure.Asked);
    }

    [Fact]
    public async Task WhoeverIsNotLoggedInIsToldHow()
    {
        using var http = new HttpClient(_azure);
        var (key, problem) = await new HubKeyReader(new Login(fails: true), null, http).ReadAsync(new HubLocation(Host, "spans", "2", "rg"), "send", false, TestContext.Current.CancellationToken);

        Assert.Null(key);
        Assert.StartsWith("You are not logged in to Azure. Run \"azd auth login\" or \"az login\".", problem, StringComparison.Ordinal);
    }

    private async Task<(string?, string?)> ReadAsync(HubLocation location)
    {
        using var http = new HttpClient(_azure);
        var azd = new Azd(_azd.Folder, Path.Combine(_azd.Folder, "azd"));
        return await new HubKeyReader(new Login(fails: false), azd, http).ReadAsync(location, "send", false, TestContext.Current.CancellationToken);
    }

    private sealed class Login(bool fails) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Assert.Equal(["https://management.azure.com/.default"], requestContext.Scopes);
            return fails ? throw new CredentialUnavailableException("no user\nis logged in") : ValueTask.FromResult(new AccessToken("azure", DateTimeOffset.MaxValue));
        }
    }

    private sealed class Keys : HttpMessageHandler
    {
        public string Asked { get; private set; } = "";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = $"{request.Headers.Authorization} {request.RequestUri!.AbsolutePath}";
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"primaryKey":"key"}""") });
        }
    }
}
