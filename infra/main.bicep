metadata name = 'SpanRelay'
metadata description = 'An Event Hub, the function app that forwards its spans to Dynatrace, and what both need. azd deploys it; docs/deploy.md says how.'

targetScope = 'subscription'

import { flexRegion } from 'regions.bicep'
import { appSize, dnsZonesChoice, eventHubSize, networkChoice, relaySettings } from 'types.bicep'

@description('The azd environment\'s name. It is in every resource\'s tags, and makes their names.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('The region of everything.')
@metadata({ azd: { type: 'location' } })
param location flexRegion

@description('Where it all goes. A group of this name is created.')
param resourceGroupName string = ''

// Required, but with a default: azd would ask for it without saying what it takes, before the preprovision hook does.
@description('The Dynatrace environment: its id, or an address of it.')
param dynatraceEnvironment string = ''

@description('The token that sends spans. Stored in Key Vault; empty to leave what is there.')
@secure()
param dynatraceToken string = ''

@description('Whether Key Vault has that token already, which may have been rotated since: then the one given is not stored.')
param dynatraceTokenStored bool = false

@description('Whether the app replaces the token automatically before it expires.')
param tokenRotation bool = false

@description('With tokenRotation: the token that creates tokens. Empty to leave what is there.')
@secure()
param dynatraceRotationToken string = ''

@description('Whether Key Vault has that token already.')
param dynatraceRotationTokenStored bool = false

@description('The ways in for senders without an Entra identity. messages: straight to the Event Hub with a shared access signature; ingest: the app\'s POST /v1/traces with a function key. Without messages, the hub takes no keys.')
param doors 'both' | 'messages' | 'ingest' | 'none' = 'none'

@description('Who sends straight to the Event Hub: each has a key of its own.')
@minLength(1)
@maxLength(12)
param senders string[] = ['send']

@description('Address ranges from which ingest is reached, where it is open; from everywhere if none are given. The app\'s other endpoints are reached from them too, with their keys.')
param ingestAddresses string[] = []

@description('Whether the app sends metrics made of the delivered model spans, for which the token needs a scope more.')
param aiMetrics bool = false

@description('Object ids of identities that may send to the Event Hub.')
param senderPrincipalIds string[] = []

@description('Whether everything is reached through private endpoints only.')
param networkIsolation bool = false

param network networkChoice = {
  kind: 'new'
  addressPrefix: '10.83.0.0/24'
  nat: false
  appSubnetId: ''
  endpointSubnetId: ''
}

param dnsZones dnsZonesChoice = {
  kind: 'new'
  resourceGroupId: ''
}

@description('With networkIsolation: the id of the gateway\'s virtual network, which then resolves the names of what the gateway sends to, and no others.')
param gatewayNetworkId string = ''

@description('Whether the app and what it stores survive the loss of an availability zone. The Event Hub always does.')
param zoneRedundant bool = false

@description('Address ranges from which the app\'s own endpoints (health, replay) are reached. From others they are not; no sender needs them.')
param adminAddresses string[] = []

param eventHub eventHubSize = {
  sku: 'Standard'
  units: 1
  maximumUnits: 4
  partitions: 8
  retentionHours: 24
}

param app appSize = {
  maximumInstances: 40
  alwaysReady: 0
  memoryMB: 2048
}

param settings relaySettings = {}

@description('The key of the pseudonyms that hash rules of the redaction policy make. Stored in Key Vault; empty to leave what is there.')
@secure()
param redactionHashKey string = ''

@description('Whether the policy has hash rules, so that the app is pointed at that key.')
param hashes bool = false

param alertEmails string[] = []

@allowed([0, 5, 15, 30, 60, 360, 720, 1440])
param noEventsMinutes int = 0

@description('Whether a workbook about the relay is in the portal.')
param workbook bool = true

@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('The most log that is taken in a day, in GB; -1 for no limit.')
param logDailyQuotaGb int = -1

@minValue(7)
@maxValue(90)
param vaultSoftDeleteDays int = 90

@description('Whether deleting the vault for good before that is forbidden. Cannot be turned off again.')
param vaultPurgeProtection bool = false

@description('recover brings a deleted vault of the same name back, with its secrets.')
param vaultCreateMode 'default' | 'recover' = 'default'

@description('How many days dead letters are kept: redacted spans, and the records of why they were not delivered.')
@minValue(1)
param deadLetterDays int = 30

@description('How many days the raw bytes are kept of what could not be read, and so not be redacted.')
@minValue(1)
param quarantineDays int = 7

var abbreviations = loadJsonContent('abbreviations.json')
var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var hubName = 'spans'
var takesMessages = contains(['both', 'messages'], doors)
var ingests = contains(['both', 'ingest'], doors)
var names = {
  resourceGroup: empty(resourceGroupName) ? '${abbreviations.resourceGroup}${environmentName}' : resourceGroupName
  actionGroup: '${abbreviations.actionGroup}${token}'
  app: '${abbreviations.functionApp}${token}'
  address: '${abbreviations.publicAddress}${token}'
  applicationInsights: '${abbreviations.applicationInsights}${token}'
  identity: '${abbreviations.managedIdentity}${token}'
  letters: '${abbreviations.storageAccount}dl${token}'
  linkScope: '${abbreviations.privateLinkScope}${token}'
  namespace: '${abbreviations.eventHubsNamespace}${token}'
  natGateway: '${abbreviations.natGateway}${token}'
  network: '${abbreviations.virtualNetwork}${token}'
  plan: '${abbreviations.appServicePlan}${token}'
  storage: '${abbreviations.storageAccount}${token}'
  vault: '${abbreviations.keyVault}${token}'
  workspace: '${abbreviations.logAnalytics}${token}'
}

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: names.resourceGroup
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: names.identity
    location: location
    tags: tags
  }
}

module events 'modules/event-hub.bicep' = {
  scope: group
  params: {
    namespaceName: names.namespace
    hubName: hubName
    location: location
    tags: tags
    size: eventHub
    keySenders: takesMessages ? senders : []
    isolated: networkIsolation
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vault 'modules/key-vault.bicep' = {
  scope: group
  params: {
    name: names.vault
    location: location
    tags: tags
    isolated: networkIsolation
    softDeleteDays: vaultSoftDeleteDays
    purgeProtection: vaultPurgeProtection
    createMode: vaultCreateMode
    workspaceId: monitoring.outputs.workspaceId
    token: dynatraceToken
    tokenStored: dynatraceTokenStored
    rotationToken: dynatraceRotationToken
    rotationTokenStored: dynatraceRotationTokenStored
    hashKey: redactionHashKey
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    isolated: networkIsolation
    zoneRedundant: zoneRedundant
    workspaceId: monitoring.outputs.workspaceId
    containers: ['app-package']
    queues: []
    // The host replaces checkpoints and leases all the time: each would be kept as a deleted blob, and paid for.
    keepsDeletedBlobs: false
    lifetimes: []
  }
}

module letters 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.letters
    location: location
    tags: tags
    isolated: networkIsolation
    zoneRedundant: zoneRedundant
    workspaceId: monitoring.outputs.workspaceId
    containers: ['dead-letters', 'quarantine']
    queues: ['dead-letters', 'dead-letters-poison']
    keepsDeletedBlobs: true
    lifetimes: [
      { container: 'dead-letters', days: deadLetterDays }
      { container: 'quarantine', days: quarantineDays }
    ]
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    applicationInsightsName: names.applicationInsights
    location: location
    tags: tags
    isolated: networkIsolation
    retentionDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
  }
}

module access 'modules/access.bicep' = {
  scope: group
  params: {
    appPrincipalId: identity.outputs.principalId
    senderPrincipalIds: senderPrincipalIds
    namespaceName: names.namespace
    hubName: hubName
    vaultName: names.vault
    storageAccountName: names.storage
    lettersAccountName: names.letters
    applicationInsightsName: names.applicationInsights
    rotatesToken: tokenRotation
    ingests: ingests
  }
  dependsOn: [events, vault, storage, letters, monitoring]
}

var hasNewNetwork = network.kind == 'new' && (networkIsolation || network.nat)

module newNetwork 'modules/network.bicep' = if (hasNewNetwork) {
  scope: group
  params: {
    name: names.network
    natGatewayName: names.natGateway
    addressName: names.address
    location: location
    tags: tags
    addressPrefix: network.addressPrefix
    nat: network.nat
    zoneRedundant: zoneRedundant
  }
}

var outboundAddress = hasNewNetwork ? newNetwork!.outputs.outboundAddress : ''
var appSubnetId = hasNewNetwork ? newNetwork!.outputs.appSubnetId : network.appSubnetId
var endpointSubnetId = hasNewNetwork ? newNetwork!.outputs.endpointSubnetId : network.endpointSubnetId

module isolation 'modules/isolation.bicep' = if (networkIsolation) {
  scope: group
  params: {
    linkScopeName: names.linkScope
    endpointPrefix: abbreviations.privateEndpoint
    location: location
    tags: tags
    networkId: split(appSubnetId, '/subnets/')[0]
    endpointSubnetId: endpointSubnetId
    dnsZones: dnsZones
    gatewayNetworkId: gatewayNetworkId
    takesEvents: doors != 'ingest'
    ingests: ingests
    namespaceId: events.outputs.namespaceId
    vaultId: vault.outputs.id
    storageId: storage.outputs.id
    lettersId: letters.outputs.id
    workspaceId: monitoring.outputs.workspaceId
    applicationInsightsId: monitoring.outputs.applicationInsightsId
  }
}

var secretsUri = 'https://${names.vault}${environment().suffixes.keyvaultDns}/secrets'

module functionApp 'modules/function-app.bicep' = {
  scope: group
  params: {
    name: names.app
    planName: names.plan
    location: location
    tags: tags
    size: app
    zoneRedundant: zoneRedundant
    adminAddresses: adminAddresses
    ingests: ingests
    ingestAddresses: ingestAddresses
    hasOutboundAddress: network.nat
    outboundAddress: outboundAddress
    serviceName: 'relay'
    identityId: identity.outputs.id
    packageContainerUri: '${storage.outputs.blobEndpoint}app-package'
    isolated: networkIsolation
    subnetId: appSubnetId
    settings: concat(
      [
        { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identity.outputs.clientId};Authorization=AAD' }
        { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: monitoring.outputs.connectionString }
        { name: 'AZURE_CLIENT_ID', value: identity.outputs.clientId }
        { name: 'AzureWebJobsStorage__accountName', value: names.storage }
        { name: 'AzureWebJobsStorage__clientId', value: identity.outputs.clientId }
        { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
        { name: 'DeadLetters__accountName', value: names.letters }
        { name: 'DeadLetters__clientId', value: identity.outputs.clientId }
        { name: 'DeadLetters__credential', value: 'managedidentity' }
        { name: 'Dynatrace__Environment', value: empty(dynatraceEnvironment) ? fail('dynatraceEnvironment is missing: the id of the Dynatrace environment, or an address of it.') : dynatraceEnvironment }
        { name: 'Dynatrace__TokenSecretUri', value: '${secretsUri}/dynatrace-token' }
        { name: 'EVENTHUB_NAME', value: hubName }
        { name: 'EVENTHUB__clientId', value: identity.outputs.clientId }
        { name: 'EVENTHUB__credential', value: 'managedidentity' }
        { name: 'EVENTHUB__fullyQualifiedNamespace', value: events.outputs.host }
        // The placeholder process that hosts the worker on Flex Consumption copies each batch once more, and crashes under
        // .NET 10 (https://github.com/Azure/azure-functions-dotnet-worker/issues/3335).
        { name: 'WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED', value: '0' }
      ],
      tokenRotation
        ? [{ name: 'Dynatrace__RotationTokenSecretUri', value: '${secretsUri}/dynatrace-rotation-token' }]
        : [],
      aiMetrics ? [{ name: 'GenAi__Metrics', value: 'true' }] : [],
      hashes
        ? [{ name: 'Redaction__HashKey', value: '@Microsoft.KeyVault(SecretUri=${secretsUri}/redaction-hash-key)' }]
        : [],
      map(items(settings), setting => { name: setting.key, value: setting.?value ?? '' })
    )
  }
  dependsOn: [access]
}

module appEndpoint 'modules/private-endpoint.bicep' = if (networkIsolation) {
  scope: group
  params: {
    name: '${abbreviations.privateEndpoint}app'
    location: location
    tags: tags
    subnetId: endpointSubnetId
    targetId: functionApp.outputs.id
    service: 'sites'
    zoneGroupId: isolation!.outputs.zoneGroupId
    zones: isolation!.outputs.appZones
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    actionGroupName: names.actionGroup
    location: location
    tags: tags
    emails: alertEmails
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    eventHubsNamespaceId: events.outputs.namespaceId
    noEventsMinutes: noEventsMinutes
  }
  dependsOn: [functionApp]
}

module page 'modules/workbook.bicep' = if (workbook) {
  scope: group
  params: {
    displayName: 'SpanRelay (${environmentName})'
    location: location
    tags: tags
    applicationInsightsId: monitoring.outputs.applicationInsightsId
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_KEY_VAULT_NAME string = names.vault
output AZURE_STORAGE_ACCOUNT_NAME string = names.storage
output DEAD_LETTER_ACCOUNT_NAME string = names.letters
output EVENTHUB_HOST string = events.outputs.host
output EVENTHUB_NAMESPACE string = names.namespace
output EVENTHUB_NAMESPACE_ID string = events.outputs.namespaceId
output EVENTHUB_NAME string = hubName
output FUNCTION_APP_ID string = functionApp.outputs.id
output FUNCTION_APP_NAME string = names.app
output OUTBOUND_ADDRESS string = outboundAddress
output INGEST_ENDPOINT string = ingests ? 'https://${names.app}.azurewebsites.net/v1/traces' : ''

// The settings, so that another machine, a colleague and the pipeline have them: "azd env refresh" reads outputs.
output DYNATRACE_ENVIRONMENT string = dynatraceEnvironment
// Only whether there is one.
#disable-next-line outputs-should-not-contain-secrets
output DYNATRACE_TOKEN_STORED bool = dynatraceTokenStored || !empty(dynatraceToken)
output TOKEN_ROTATION bool = tokenRotation
#disable-next-line outputs-should-not-contain-secrets
output DYNATRACE_ROTATION_TOKEN_STORED bool = dynatraceRotationTokenStored || !empty(dynatraceRotationToken)
output DOORS string = doors
output SENDERS string[] = senders
output INGEST_ADDRESSES string[] = ingestAddresses
output AI_METRICS bool = aiMetrics
output SENDER_PRINCIPAL_IDS string[] = senderPrincipalIds
output NETWORK_ISOLATION bool = networkIsolation
output NETWORK_KIND string = network.kind
output NETWORK_ADDRESS_PREFIX string = network.addressPrefix
output NETWORK_NAT bool = network.nat
output NETWORK_APP_SUBNET_ID string = network.appSubnetId
output NETWORK_ENDPOINT_SUBNET_ID string = network.endpointSubnetId
output DNS_ZONES string = dnsZones.kind
output DNS_ZONES_RESOURCE_GROUP_ID string = dnsZones.resourceGroupId
output GATEWAY_NETWORK_ID string = gatewayNetworkId
output ZONE_REDUNDANT bool = zoneRedundant
output ADMIN_ADDRESSES string[] = adminAddresses
output EVENTHUB_SKU string = eventHub.sku
output EVENTHUB_UNITS int = eventHub.units
output EVENTHUB_MAXIMUM_UNITS int = eventHub.maximumUnits
output EVENTHUB_PARTITIONS int = eventHub.partitions
output EVENTHUB_RETENTION_HOURS int = eventHub.retentionHours
output APP_MAXIMUM_INSTANCES int = app.maximumInstances
output APP_ALWAYS_READY int = app.alwaysReady
output APP_MEMORY_MB int = app.memoryMB
output RELAY_SETTINGS relaySettings = settings
output REDACTION_HASHES bool = hashes
output ALERT_EMAILS string[] = alertEmails
output NO_EVENTS_MINUTES int = noEventsMinutes
output WORKBOOK bool = workbook
output LOG_RETENTION_DAYS int = logRetentionDays
output LOG_DAILY_QUOTA_GB int = logDailyQuotaGb
output VAULT_SOFT_DELETE_DAYS int = vaultSoftDeleteDays
output VAULT_PURGE_PROTECTION bool = vaultPurgeProtection
output DEAD_LETTER_DAYS int = deadLetterDays
output QUARANTINE_DAYS int = quarantineDays
