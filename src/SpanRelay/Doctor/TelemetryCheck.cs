using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using SpanRelay.Settings;

namespace SpanRelay.Doctor;

/// <summary>Application Insights: whether the app has a connection string, and its endpoint a name that resolves.</summary>
internal static class TelemetryCheck
{
    private const string Check = "application insights";
    private const string Setting = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string DefaultEndpoint = "https://dc.services.visualstudio.com/";

    public static async Task<IReadOnlyList<CheckResult>> RunAsync(SettingsReader settings, CancellationToken cancellationToken)
    {
        if (settings.Text(Setting) is not { } text)
        {
            return [settings.Text("WEBSITE_SITE_NAME") is null
                ? CheckResult.Skip(Check, $"{Setting} is not set, which only an app in Azure needs.")
                : CheckResult.Warn(Check, $"{Setting} is not set: the app's logs are not kept, and no alert fires.", "Set it to the connection string of the Application Insights component.")];
        }

        if (EndpointOf(text) is not { } endpoint)
            return [CheckResult.Warn(Check, $"{Setting} is no connection string.", "Copy it from the component's overview in the Azure portal: InstrumentationKey=…;IngestionEndpoint=…")];
        try
        {
            await Dns.GetHostAddressesAsync(endpoint.IdnHost, cancellationToken);
            return [CheckResult.Ok(Check, $"{endpoint.Host} resolves.")];
        }
        catch (SocketException)
        {
            return [CheckResult.Warn(Check, $"The name {endpoint.Host} does not resolve: the app's logs are lost.", $"Correct IngestionEndpoint in {Setting}, or make the name resolvable in the app's network.")];
        }
    }

    private static Uri? EndpointOf(string text)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = text };
            if (!parts.ContainsKey("InstrumentationKey"))
                return null;
            var endpoint = parts.TryGetValue("IngestionEndpoint", out var found) ? found.ToString() : DefaultEndpoint;
            return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? uri : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
