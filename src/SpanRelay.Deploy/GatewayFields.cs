namespace SpanRelay.Deploy;

/// <summary>What to enter in the gateway. Holds no secret.</summary>
internal static class GatewayFields
{
    public const string FileName = "gateway.txt";

    public static string From(IReadOnlyDictionary<string, string> settings)
    {
        string Of(string name) => settings.GetValueOrDefault(name, "");
        return bool.TryParse(Of("STRAIGHT_SAS"), out var straight) && straight
            ? Straight(Of("EVENTHUB_HOST"), Of("EVENTHUB_NAME"), Of("AZURE_ENV_NAME"))
            : WithIdentity(Of("EVENTHUB_HOST"), Of("EVENTHUB_NAME"));
    }

    private static string Straight(string host, string hub, string environment) => $"""

        The relay is deployed. In TrueFoundry: AI Gateway > Controls > Settings > OTEL Config > Edit

          OTEL Traces Exporter Configuration   on
          Configuration type                   HTTP Configuration
          Traces Endpoint                      https://{host}/{hub}/messages
          Encoding                             Proto
          Headers                              Authorization: the value that the command below prints
          Additional Resource Attributes       deployment.environment.name = {environment}
          Exclude Request Data                 on (the relay drops prompts and completions in any case, unless it is told not to)

        The header's value is a secret. This prints it, valid for a year:

          dotnet run --project src/SpanRelay.Cli -- connect --signature

        Spans arrive in Dynatrace within a minute of the first request.

        """;

    private static string WithIdentity(string host, string hub) => $"""

        The relay is deployed. The Event Hub takes no keys, so the gateway cannot send to it straight. Either
        - run "azd env set STRAIGHT_SAS true", then "azd up", and follow what is printed then; or
        - put a sender with an Entra identity between them, such as an OpenTelemetry Collector with its kafka exporter:
            broker      {host}:9093
            topic       {hub}
            encoding    otlp_proto
            role        Azure Event Hubs Data Sender, given by SENDER_PRINCIPAL_IDS

        """;
}
