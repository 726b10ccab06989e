using System.Net;
using SpanRelay.Doctor;
using SpanRelay.Fakes;
using SpanRelay.Local.Faults;

namespace SpanRelay.Tests.Doctor;

public sealed class AddressCheckTests
{
    [Fact]
    public async Task TheDaysUntilTheCertificateExpiresAreSaid()
    {
        using var deadline = new Deadline();
        await using var world = await DoctorWorld.StartAsync(deadline.Token);
        await world.SecureAsync(TimeSpan.FromDays(90));

        var tls = (await world.RunAsync(deadline.Token)).Checks.Single(check => check.Check == "TLS");

        Assert.Equal(CheckMark.Ok, tls.Mark);
        Assert.Matches(@"^The certificate's chain is trusted, and is valid until \d{4}-\d\d-\d\d \(89 days\)\.$", tls.Found);
    }

    [Fact]
    public async Task ACertificateOfTheChainThatExpiresSoonIsAWarningWithTheDaysLeft()
    {
        using var deadline = new Deadline();
        await using var world = await DoctorWorld.StartAsync(deadline.Token);
        await world.SecureAsync(TimeSpan.FromDays(5));

        var tls = (await world.RunAsync(deadline.Token)).Checks.Single(check => check.Check == "TLS");

        Assert.Equal((CheckMark.Warning, "Renew the certificate on the server before that day."), (tls.Mark, tls.NextStep));
        Assert.EndsWith(" (4 days).", tls.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProxyThatIsOnTheWayIsNamedWithTheVariablesThatSetIt()
    {
        using var deadline = new Deadline();
        await using var proxy = await LoopbackServer.StartAsync(_ => Task.CompletedTask, 0, null, deadline.Token);
        await using var absent = await FaultyServer.Absent(deadline.Token);

        var (results, isReachable) = await Check(absent.Environment, new ProxyForAll(proxy.Address)).RunAsync(deadline.Token);

        Assert.True(isReachable);
        Assert.Equal($"{absent.Environment.Authority} responds, by the proxy 127.0.0.1 (HTTPS_PROXY, NO_PROXY).", results.Single(each => each.Check == "network").Found);
    }

    [Fact]
    public async Task WithoutAProxyTheAddressesThatTheNameHasAreSaid()
    {
        using var deadline = new Deadline();
        await using var server = await LoopbackServer.StartAsync(_ => Task.CompletedTask, 0, null, deadline.Token);

        var (results, _) = await Check(server.Address, new WebProxy()).RunAsync(deadline.Token);

        Assert.Equal($"{server.Address.Authority} responds; the name resolves to 127.0.0.1.", results.Single(each => each.Check == "network").Found);
    }

    private static AddressCheck Check(Uri address, IWebProxy proxy) =>
        new(Some.Dynatrace(address), TimeSpan.FromMinutes(58), TimeSpan.FromSeconds(45), TimeProvider.System) { Proxy = proxy };

    private sealed class ProxyForAll(Uri address) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri GetProxy(Uri destination) => address;

        public bool IsBypassed(Uri host) => false;
    }
}
