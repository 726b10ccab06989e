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
        _azd.Set("DOORS", "both");
        _azd.Set("SENDERS", """["shop","search"]""");
        _azd.Set("FUNCTION_APP_ID", "/subscriptions/1/app");
    }

    public void Dispose() => _azd.Dispose();

    [Fact]
    public async Task TheFieldsAreThoseThatUpPrints()
    {
        var connection = await ReadAsync(new ConnectionRequest());

        Assert.Equal(GatewayFields.From(_azd.Values), connection.Fields);
        Assert.Null(connection.Key);
    }

    /// <summary>azd runs no hook after a failed deployment, so what was typed for it is still in azd's file.</summary>
    [Fact]
    public async Task ATokenThatWasTypedForAFailedDeploymentIsForgotten()
    {
        _azd.Set("DYNATRACE_TOKEN_ONCE", HookRun.Token);

        await ReadAsync(new ConnectionRequest());

        Assert.Equal("", _azd.Values["DYNATRACE_TOKEN_ONCE"]);
    }

    [Fact]
    public async Task TheKeyIsReadWithTheUsersOwnRights()
    {
        _azd.SignIn();

        var connection = await ReadAsync(new ConnectionRequest { Signature = true, IngestKey = true });

        Assert.Equal(("shop key", "shop", "ingest key"), (connection.Key, connection.Sender, connection.IngestKey));
    }

    [Fact]
    public async Task TheKeyIsThatOfTheSenderThatIsNamed()
    {
        _azd.SignIn();

        Assert.Equal("search key", (await ReadAsync(new ConnectionRequest { Signature = true, Sender = "search" })).Key);
        Assert.Equal("search second key", (await ReadAsync(new ConnectionRequest { Signature = true, Sender = "search", Secondary = true })).Key);
        Assert.Equal("--sender takes one of shop, search. SENDERS names them.", (await ReadAsync(new ConnectionRequest { Signature = true, Sender = "x" })).Problem);
    }

    [Theory]
    [InlineData("messages", "Ingest is not open.")]
    [InlineData("ingest", "The Event Hub takes no keys.")]
    public async Task AKeyOfADoorThatIsClosedIsNotRead(string doors, string problem)
    {
        _azd.SignIn();
        _azd.Set("DOORS", doors);

        Assert.Contains(problem, (await ReadAsync(new ConnectionRequest { Signature = doors == "ingest", IngestKey = doors == "messages" })).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EVENTHUB_HOST", "", "is not deployed, or not known here")]
    [InlineData("DOORS", "none", "takes no keys")]
    [InlineData("EVENTHUB_NAME", "spans", "You are not logged in to Azure")]
    public async Task WhatIsMissingIsNamed(string name, string value, string problem)
    {
        _azd.Set(name, value);

        Assert.Contains(problem, (await ReadAsync(new ConnectionRequest { Signature = true })).Problem, StringComparison.Ordinal);
    }

    private async Task<Connection> ReadAsync(ConnectionRequest request)
    {
        using var http = new HttpClient(new Keys());
        return await Connection.ReadAsync(new Azd(_azd.Folder, Path.Combine(_azd.Folder, "azd")), http, request);
    }

    private sealed class Keys : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            const string Rules = "/subscriptions/1/ns/eventhubs/spans/authorizationRules/";
            var path = request.RequestUri!.AbsolutePath;
            var name = path.StartsWith(Rules, StringComparison.Ordinal) ? path[Rules.Length..].Split('/')[0] : "";
            var keys = path == "/subscriptions/1/app/functions/IngestKey/listKeys"
                ? """{"default":"ingest key"}"""
                : $$"""{"primaryKey":"{{name}} key","secondaryKey":"{{name}} second key"}""";
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(keys) });
        }
    }
}
