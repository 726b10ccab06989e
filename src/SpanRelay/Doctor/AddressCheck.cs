using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;

namespace SpanRelay.Doctor;

/// <summary>
/// The way to Dynatrace without the token: its address, name, connection and certificate, by one request of no content. The
/// server's date tells how far the clocks are apart.
/// </summary>
internal sealed class AddressCheck(DynatraceOptions options, TimeSpan maxSpanAge, TimeSpan retryBudget, TimeProvider time)
{
    private const string Network = "network";
    private const string Tls = "TLS";
    private const string Clock = "clock";

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan CertificateWarnsFrom = TimeSpan.FromDays(14);
    private static readonly TimeSpan OffsetWarnsFrom = TimeSpan.FromSeconds(60);

    private readonly Uri _address = options.Endpoint.Traces;
    private X509Certificate2? _earliest;

    /// <summary>The machine's, by HTTPS_PROXY and NO_PROXY.</summary>
    public IWebProxy Proxy { get; init; } = HttpClient.DefaultProxy;

    /// <returns>Whether the host responds.</returns>
    public async Task<(IReadOnlyList<CheckResult> Results, bool IsReachable)> RunAsync(CancellationToken cancellationToken)
    {
        var address = CheckResult.Ok("address", $"{_address.AbsoluteUri} ({FormOf(_address)})");
        var (response, date) = await AskAsync(cancellationToken);
        if (response is not null)
            return ([address, .. Explain(response)], false);
        return ([address, CheckResult.Ok(Network, await RouteAsync(cancellationToken)), .. CertificateLines(), OffsetLine(date)], true);
    }

    private static string FormOf(Uri address) => address switch
    {
        { IsLoopback: true } => "this machine",
        _ when EnvironmentAddressReader.IsDynatraceHost(address.Host) => "SaaS",
        _ => "Managed or ActiveGate",
    };

    /// <returns>Why there is no response; or the server's date, and when it was received.</returns>
    private async Task<(Response? Failure, (DateTimeOffset? Server, DateTimeOffset Here) Date)> AskAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var http = new HttpClient(CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Head, _address);
        try
        {
            var before = time.GetUtcNow();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return (null, (response.Headers.Date, before + ((time.GetUtcNow() - before) / 2)));
        }
        catch (HttpRequestException e)
        {
            return (DynatraceClient.FromFailure(e), default);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (timeout.IsCancellationRequested ? DynatraceClient.TimedOut(RequestTimeout) : DynatraceClient.ConnectTimedOut(_address), default);
        }
    }

    private SocketsHttpHandler CreateHandler()
    {
        var handler = DynatraceClient.CreateHandler(options);
        handler.Proxy = Proxy;
        var validate = handler.SslOptions.RemoteCertificateValidationCallback!;
        handler.SslOptions.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            _earliest = chain?.ChainElements.Select(element => element.Certificate).MinBy(each => each.NotAfter) is { } earliest ? X509CertificateLoader.LoadCertificate(earliest.RawData) : null;
            return validate(sender, certificate, chain, errors);
        };
        return handler;
    }

    private IEnumerable<CheckResult> Explain(Response response)
    {
        var cause = Causes.Of(response, _address.AbsoluteUri, time.GetUtcNow());
        var isTls = response.Failure is FailureKind.CertificateExpired or FailureKind.CertificateSelfSigned or FailureKind.CertificateOfUnknownAuthority or FailureKind.CertificateForAnotherName or FailureKind.TlsFailed;
        if (isTls)
            yield return CheckResult.Ok(Network, $"{_address.Authority} accepts connections.");
        yield return CheckResult.Of(cause, isTls ? Tls : Network, response.Message);
        yield return CheckResult.Skip(Clock, "No response has told the server's time.");
    }

    private async Task<string> RouteAsync(CancellationToken cancellationToken)
    {
        if (!Proxy.IsBypassed(_address) && Proxy.GetProxy(_address) is { } proxy)
            return $"{_address.Authority} responds, by the proxy {proxy.Host} (HTTPS_PROXY, NO_PROXY).";
        try
        {
            var found = await Dns.GetHostAddressesAsync(_address.IdnHost, cancellationToken);
            return $"{_address.Authority} responds; the name resolves to {string.Join(", ", found.Take(3).Select(each => each.ToString()))}.";
        }
        catch (SocketException)
        {
            return $"{_address.Authority} responds.";
        }
    }

    private IEnumerable<CheckResult> CertificateLines()
    {
        if (_address.Scheme != Uri.UriSchemeHttps)
        {
            yield return CheckResult.Skip(Tls, "The address is one of this machine without TLS.");
            yield break;
        }

        if (_earliest is not { } certificate)
            yield break;
        var left = certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime;
        var found = string.Create(CultureInfo.InvariantCulture, $"The certificate's chain is trusted, and is valid until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd} ({Math.Floor(left.TotalDays)} days).");
        certificate.Dispose();
        yield return left > CertificateWarnsFrom ? CheckResult.Ok(Tls, found) : CheckResult.Warn(Tls, found, "Renew the certificate on the server before that day.", CauseCatalog.CertificateExpired.Code);
    }

    private CheckResult OffsetLine((DateTimeOffset? Server, DateTimeOffset Here) date)
    {
        if (date.Server is not { } server)
            return CheckResult.Skip(Clock, "The response has no date.");
        var ahead = date.Here - server;
        var found = string.Create(CultureInfo.InvariantCulture, $"This clock is {Math.Abs(ahead.TotalSeconds):0} seconds {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} Dynatrace's.");
        if (ahead.Duration() < OffsetWarnsFrom)
            return CheckResult.Ok(Clock, found);
        return SevereCodeOf(ahead) is { } code
            ? CheckResult.Fail(Clock, $"{found} The app misjudges which spans Dynatrace accepts.", "Set this machine's clock (NTP).", code)
            : CheckResult.Warn(Clock, found, "Set this machine's clock (NTP): the app judges by it how old spans are.");
    }

    /// <summary>A clock behind finds good spans to be in the future, and sends what is too old for Dynatrace; one ahead finds good spans too old.</summary>
    private string? SevereCodeOf(TimeSpan ahead) => ahead switch
    {
        _ when ahead <= -DynatraceLimits.MaxSpanAhead => CauseCatalog.SpansInFuture.Code,
        _ when -ahead >= DynatraceLimits.MaxSpanAge - maxSpanAge - retryBudget && ahead < TimeSpan.Zero => CauseCatalog.SpansTooOld.Code,
        _ when ahead >= DynatraceLimits.MaxSpanAhead => CauseCatalog.SpansTooOld.Code,
        _ => null,
    };
}
