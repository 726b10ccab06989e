using './main.bicep'

// Every parameter from the azd environment (azd env set NAME value). docs/deploy.md lists them.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param resourceGroupName = readEnvironmentVariable('AZURE_RESOURCE_GROUP', '')

param dynatraceEnvironment = readEnvironmentVariable('DYNATRACE_ENVIRONMENT')
// …_ONCE is what the hook asked for; it is forgotten after the deployment.
var askedToken = readEnvironmentVariable('DYNATRACE_TOKEN_ONCE', '')
var askedRotationToken = readEnvironmentVariable('DYNATRACE_ROTATION_TOKEN_ONCE', '')
param dynatraceToken = empty(askedToken) ? readEnvironmentVariable('DYNATRACE_TOKEN', '') : askedToken
param tokenRotation = bool(readEnvironmentVariable('TOKEN_ROTATION', 'false'))
param dynatraceRotationToken = empty(askedRotationToken) ? readEnvironmentVariable('DYNATRACE_ROTATION_TOKEN', '') : askedRotationToken

param straightSas = bool(readEnvironmentVariable('STRAIGHT_SAS', 'false'))
param senderPrincipalIds = json(readEnvironmentVariable('SENDER_PRINCIPAL_IDS', '[]'))
param networkIsolation = bool(readEnvironmentVariable('NETWORK_ISOLATION', 'false'))
param networkAddressPrefix = readEnvironmentVariable('NETWORK_ADDRESS_PREFIX', '10.83.0.0/24')

param eventHub = {
  sku: readEnvironmentVariable('EVENTHUB_SKU', 'Standard')
  units: int(readEnvironmentVariable('EVENTHUB_UNITS', '1'))
  maximumUnits: int(readEnvironmentVariable('EVENTHUB_MAXIMUM_UNITS', '4'))
  partitions: int(readEnvironmentVariable('EVENTHUB_PARTITIONS', '8'))
  retentionHours: int(readEnvironmentVariable('EVENTHUB_RETENTION_HOURS', '24'))
}

param app = {
  maximumInstances: int(readEnvironmentVariable('APP_MAXIMUM_INSTANCES', '40'))
  alwaysReady: int(readEnvironmentVariable('APP_ALWAYS_READY', '0'))
  memoryMB: json(readEnvironmentVariable('APP_MEMORY_MB', '2048'))
}

param settings = json(readEnvironmentVariable('RELAY_SETTINGS', '{}'))
param redactionHashKey = readEnvironmentVariable('REDACTION_HASH_KEY', '')
param hashes = bool(readEnvironmentVariable('REDACTION_HASHES', 'false'))

param alertEmails = json(readEnvironmentVariable('ALERT_EMAILS', '[]'))
param noEventsMinutes = json(readEnvironmentVariable('NO_EVENTS_MINUTES', '0'))
param logRetentionDays = int(readEnvironmentVariable('LOG_RETENTION_DAYS', '30'))
param logDailyQuotaGb = int(readEnvironmentVariable('LOG_DAILY_QUOTA_GB', '-1'))
param vaultSoftDeleteDays = int(readEnvironmentVariable('VAULT_SOFT_DELETE_DAYS', '90'))
