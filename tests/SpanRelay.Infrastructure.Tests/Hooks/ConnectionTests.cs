using System.Net;
using SpanRelay.Deploy;

namespace SpanRelay.Infrastructure.Tests.Hooks;

public sealed class ConnectionTests : IDisposable
{
    private readonly StubbedAzd _azd = new();

    public ConnectionTests()
    {
        _azd.Set("EVENTHUB_HOST", "evhns-x.servicebus.windows.net");
        _azd.Set("EVENTHUB_NAME", "spans");
        _azd.Set("EVENTHUB_NAMESPACE_ID", "/subscriptions/1/ns");
        _azd.Set("STRAIGHT_SAS", "true");
    }

    public void Dispose() => _azd.Dispose();

    [Fact]
    public async Task TheFieldsAreThoseThatUpPrints()
    {
        var connection = await ReadAsync(withKey: false);

        Assert.Equal(GatewayFields.From(_azd.Values), connection.Fields);
        Assert.Null(connection.Key);
    }

    [Fact]
    public async Task TheKeyIsReadWithTheUsersOwnRights()
    {
        _azd.SignIn();

        Assert.Equal("key", (await ReadAsync(withKey: true)).Key);
    }

    [Theory]
    [InlineData("EVENTHUB_HOST", "", "is not deployed, or not known here")]
    [InlineData("STRAIGHT_SAS", "false", "takes no keys")]
    [InlineData("EVENTHUB_NAME", "spans", "Azure does not give the key")]
    public async Task WhatIsMissingIsNamed(string name, string value, string problem)
    {
        _azd.Set(name, value);

        Assert.Contains(problem, (await ReadAsync(withKey: true)).Problem, StringComparison.Ordinal);
    }

    private async Task<Connection> ReadAsync(bool withKey)
    {
        using var http = new HttpClient(new Keys());
        return await Connection.ReadAsync(new Azd(_azd.Folder, Path.Combine(_azd.Folder, "azd")), http, withKey);
    }

    private sealed class Keys : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("https://management.azure.com/subscriptions/1/ns/eventhubs/spans/authorizationRules/send/listKeys?api-version=2024-01-01", request.RequestUri!.AbsoluteUri);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{\"primaryKey\":\"key\"}") });
        }
    }
}
