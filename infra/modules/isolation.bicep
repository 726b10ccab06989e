metadata description = 'With networkIsolation: the network, and private endpoints for everything the app uses. The app\'s own comes after the app.'

param networkName string
param linkScopeName string
param endpointPrefix string
param location string
param tags { *: string }
param addressPrefix string
param namespaceId string
param vaultId string
param storageId string
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
  { name: 'blob', resourceId: storageId, service: 'blob', zones: [zones.blob] }
  { name: 'queue', resourceId: storageId, service: 'queue', zones: [zones.queue] }
  { name: 'table', resourceId: storageId, service: 'table', zones: [zones.table] }
  { name: 'vault', resourceId: vaultId, service: 'vault', zones: [zones.vault] }
  { name: 'events', resourceId: namespaceId, service: 'namespace', zones: [zones.events] }
  { name: 'monitor', resourceId: linkScope.id, service: 'azuremonitor', zones: [...zones.monitor, zones.blob] }
]

module network 'network.bicep' = {
  params: {
    name: networkName
    location: location
    tags: tags
    addressPrefix: addressPrefix
    zones: [zones.blob, zones.queue, zones.table, zones.vault, zones.events, zones.app, ...zones.monitor]
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
      subnetId: network.outputs.endpointSubnetId
      resourceId: endpoint.resourceId
      service: endpoint.service
      zones: endpoint.zones
    }
  }
]

output appSubnetId string = network.outputs.appSubnetId
output endpointSubnetId string = network.outputs.endpointSubnetId
