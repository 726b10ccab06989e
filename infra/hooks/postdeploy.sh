#!/bin/sh
# Prints what to enter in the gateway. Prints no secret.
set -eu

if [ "${STRAIGHT_SAS:-false}" != true ]; then
  cat <<TEXT

The relay is deployed. The Event Hub takes no keys, so the gateway cannot send to it straight. Either
- azd env set STRAIGHT_SAS true && azd up, and follow what is printed then; or
- have a sender with an Entra identity between them, such as an OpenTelemetry Collector with its kafka exporter:
    broker      ${EVENTHUB_HOST}:9093
    topic       ${EVENTHUB_NAME}
    encoding    otlp_proto
    role        Azure Event Hubs Data Sender, given by SENDER_PRINCIPAL_IDS
TEXT
  exit 0
fi

cat <<TEXT

The relay is deployed. In TrueFoundry: AI Gateway > Controls > Settings > OTEL Config > Edit

  OTEL Traces Exporter Configuration   on
  Configuration type                   HTTP Configuration
  Traces Endpoint                      https://${EVENTHUB_HOST}/${EVENTHUB_NAME}/messages
  Encoding                             Proto
  Headers                              Authorization: the value that the command below prints
  Additional Resource Attributes       deployment.environment.name = ${AZURE_ENV_NAME}
  Exclude Request Data                 on (the relay drops prompts and completions in any case, unless it is told not to)

The header's value is a secret. This makes it, for a year:

  az eventhubs eventhub authorization-rule keys list --resource-group ${AZURE_RESOURCE_GROUP} \\
    --namespace-name ${EVENTHUB_NAMESPACE} --eventhub-name ${EVENTHUB_NAME} --name send --query primaryKey --output tsv |
    dotnet run --project src/SpanRelay.Cli -- sas --namespace ${EVENTHUB_NAMESPACE} --hub ${EVENTHUB_NAME} --days 365

Spans arrive in Dynatrace within a minute of the first request.
TEXT
