metadata description = 'With networkIsolation: private endpoints for everything the app uses, and their DNS zones. The app\'s own endpoint is created after the app.'

import { dnsZonesChoice } from '../types.bicep'

param linkScopeName string
param endpointPrefix string
param location string
param tags { *: string }

@description('The network that the app sends from.')
param networkId string

param endpointSubnetId string
param dnsZones dnsZonesChoice

@description('The gateway\'s network; empty for none.')
param gatewayNetworkId string

@description('Whether gateways send to the Event Hub.')
param takesEvents bool

@description('Whether they call the app.')
param ingests bool

param namespaceId string
param vaultId string
param storageId string
param lettersId string
param workspaceId string
param applicationInsightsId string

var zones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink.vaultcore.azure.net'
  events: 'privatelink.servicebus.windows.net'
  app: 'privatelink.azurewebsites.net'
  monitor: [
    'privatelink.monitor.azure.com'
    'privatelink.oms.opinsights.azure.com'
    'privatelink.ods.opinsights.azure.com'
    'privatelink.agentsvc.azure-automation.net'
  ]
}

var endpoints = [
  { name: 'blob', targetId: storageId, service: 'blob', zones: [zones.blob] }
  { name: 'table', targetId: storageId, service: 'table', zones: [zones.table] }
  { name: 'letters-blob', targetId: lettersId, service: 'blob', zones: [zones.blob] }
  { name: 'letters-queue', targetId: lettersId, service: 'queue', zones: [zones.queue] }
  { name: 'vault', targetId: vaultId, service: 'vault', zones: [zones.vault] }
  { name: 'events', targetId: namespaceId, service: 'namespace', zones: [zones.events] }
  { name: 'monitor', targetId: linkScope.id, service: 'azuremonitor', zones: [...zones.monitor, zones.blob] }
]

var zoneGroupId = dnsZones.kind == 'existing' ? dnsZones.resourceGroupId : resourceGroup().id

module names 'dns-zones.bicep' = if (dnsZones.kind == 'new') {
  params: {
    tags: tags
    zones: [zones.blob, zones.queue, zones.table, zones.vault, zones.events, zones.app, ...zones.monitor]
    networkId: networkId
    gatewayNetworkId: gatewayNetworkId
    gatewayZones: [...(takesEvents ? [zones.events] : []), ...(ingests ? [zones.app] : [])]
  }
}

// Lets the log be written from inside the network only. Read it may be from anywhere, by whoever has the role.
resource linkScope 'Microsoft.Insights/privateLinkScopes@2021-07-01-preview' = {
  name: linkScopeName
  location: 'global'
  tags: tags
  properties: {
    accessModeSettings: {
      ingestionAccessMode: 'PrivateOnly'
      queryAccessMode: 'Open'
    }
  }

  resource workspace 'scopedResources' = {
    name: 'workspace'
    properties: {
      linkedResourceId: workspaceId
    }
  }

  resource applicationInsights 'scopedResources' = {
    name: 'application-insights'
    properties: {
      linkedResourceId: applicationInsightsId
    }
  }
}

module privateEndpoints 'private-endpoint.bicep' = [
  for endpoint in endpoints: {
    name: 'endpoint-${endpoint.name}'
    params: {
      name: '${endpointPrefix}${endpoint.name}'
      location: location
      tags: tags
      subnetId: endpointSubnetId
      targetId: endpoint.targetId
      service: endpoint.service
      zones: dnsZones.kind == 'policy' ? [] : endpoint.zones
      zoneGroupId: zoneGroupId
    }
    dependsOn: [names]
  }
]

output zoneGroupId string = zoneGroupId
output appZones string[] = dnsZones.kind == 'policy' ? [] : [zones.app]
