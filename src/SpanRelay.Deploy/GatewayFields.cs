namespace SpanRelay.Deploy;

/// <summary>What to enter in the gateway. Holds no secret.</summary>
internal static class GatewayFields
{
    public const string FileName = "gateway.txt";

    private const string Connect = "dotnet run --project src/SpanRelay.Cli -- connect";

    public static string From(IReadOnlyDictionary<string, string> settings)
    {
        string Of(string name) => settings.GetValueOrDefault(name, "");
        var doors = OpenDoors.From(settings);
        if (!doors.Messages && !doors.Ingest)
            return WithIdentity(Of("EVENTHUB_HOST"), Of("EVENTHUB_NAME"));
        return $"""

            The relay is deployed. What to enter in TrueFoundry follows: AI Gateway > Controls > Settings > OTEL Config > Edit.
            For other gateways see docs/connect/README.md.

            """
            + (doors.Ingest ? Ingest(Of("INGEST_ENDPOINT"), Of("AZURE_ENV_NAME")) : "")
            + (doors.Messages ? Messages(Of("EVENTHUB_HOST"), Of("EVENTHUB_NAME"), Of("AZURE_ENV_NAME"), Senders.From(settings)) : "")
            + """

            Spans arrive in Dynatrace within a minute of the first request.

            """;
    }

    private static string Ingest(string endpoint, string environment) => $"""

        To the relay's ingest (redacted before the Event Hub; requests of up to 64 MiB):

          OTEL Traces Exporter Configuration   on
          Configuration type                   HTTP Configuration
          Traces Endpoint                      {endpoint}
          Encoding                             Proto
          Headers                              x-functions-key: the key that the command below prints
          Additional Resource Attributes       deployment.environment.name = {environment}

          {Connect} --key

        """;

    private static string Messages(string host, string hub, string environment, IReadOnlyList<string> senders) => $"""

        Straight to the Event Hub (an event of at most 1 MB; redacted behind it):

          OTEL Traces Exporter Configuration   on
          Configuration type                   HTTP Configuration
          Traces Endpoint                      https://{host}/{hub}/messages
          Encoding                             Proto
          Headers                              Authorization: the value that the command below prints, valid for a year
          Additional Resource Attributes       deployment.environment.name = {environment}
          Exclude Request Data                 on (the relay drops prompts and completions in any case, unless it is told not to)

        {string.Join('\n', senders.Select(sender => $"  {Connect} --signature{(senders.Count > 1 ? $" --sender {sender}" : "")}"))}

        """;

    private static string WithIdentity(string host, string hub) => $"""

        The relay is deployed. It takes no keys, so a gateway cannot send to it. Either
        - run "azd env set DOORS ingest" (or messages, or both), then "azd up", and follow what is printed then; or
        - put a sender with an Entra identity between them, such as an OpenTelemetry Collector with its kafka exporter:
            broker      {host}:9093
            topic       {hub}
            encoding    otlp_proto
            role        Azure Event Hubs Data Sender, given by SENDER_PRINCIPAL_IDS

        """;
}
