using System.Net.Http.Headers;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay.Dynatrace;

/// <summary>Any receiver of OTLP over HTTP in place of Dynatrace. It never gets the Dynatrace token.</summary>
public sealed class OtlpReceiver
{
    /// <summary>The Authorization header's value. A variable, since every user of the machine can see a process's arguments.</summary>
    /// <setting name="SPANRELAY_TO_AUTHORIZATION">`Authorization` header for the receiver that `spanrelay dead-letters replay --to` names.</setting>
    public const string AuthorizationVariable = "SPANRELAY_TO_AUTHORIZATION";

    private const string TracesPath = "/v1/traces";
    private const string DynatracePath = "/api/v2/otlp" + TracesPath;

    private OtlpReceiver(Uri traces, AuthenticationHeaderValue? authorization)
    {
        Options = new DynatraceOptions { Endpoint = DynatraceEndpoint.Of(traces), Token = new TokenOptions() };
        Authorization = authorization;
    }

    public Uri Traces => Options.Endpoint.Traces;

    /// <summary>It is a Dynatrace environment all the same, which drops spans that ended too long ago.</summary>
    public bool IsDynatrace => Traces.AbsolutePath.EndsWith(DynatracePath, StringComparison.Ordinal);

    internal DynatraceOptions Options { get; }

    internal AuthenticationHeaderValue? Authorization { get; }

    /// <param name="address">Without a path, <c>/v1/traces</c> is appended.</param>
    /// <param name="name">What the user calls it, for problems.</param>
    /// <returns>Null when something is wrong; the settings reader's problems say what.</returns>
    public static OtlpReceiver? Read(string address, string name, SettingsReader settings)
    {
        AuthenticationHeaderValue? authorization = null;
        if (settings.Text(AuthorizationVariable) is { } text && !AuthenticationHeaderValue.TryParse(text, out authorization))
            settings.Report(AuthorizationVariable, "takes the value of an Authorization header: a scheme such as Bearer, and what it asks for.");
        if (FindProblem(address, out var uri) is { } problem)
            settings.Report(name, problem);
        if (settings.Problems.Count > 0)
            return null;

        return new OtlpReceiver(uri!.AbsolutePath == "/" ? new Uri(uri, TracesPath) : uri, authorization);
    }

    private static string? FindProblem(string address, out Uri? uri)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out uri) || uri.Host.Length == 0 || uri.Scheme is not ("http" or "https"))
            return "takes the address of an OTLP/HTTP receiver, such as https://collector.example.com:4318/v1/traces.";
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0)
            return $"takes an address without user, password and query: put the Authorization header's value into the environment variable {AuthorizationVariable}.";
        return uri.Scheme == "https" || uri.IsLoopback ? null : "must be an https address, or one of this machine: otherwise spans would travel unencrypted.";
    }
}
