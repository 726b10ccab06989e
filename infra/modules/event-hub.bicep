metadata description = 'The Event Hub that the gateway sends to.'

import { eventHubSize } from '../types.bicep'

param namespaceName string
param hubName string
param location string
param tags { *: string }
param size eventHubSize

@description('Whether the gateway sends with a shared access signature. Only then are keys allowed at all, and the only rule may send.')
param allowSas bool

param isolated bool

@description('The workspace that gets the log of changes of the namespace.')
param workspaceId string

var inflates = size.sku == 'Standard' && size.maximumUnits > size.units

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: namespaceName
  location: location
  tags: tags
  sku: {
    name: size.sku
    tier: size.sku
    capacity: size.units
  }
  properties: {
    disableLocalAuth: !allowSas
    minimumTlsVersion: '1.2'
    isAutoInflateEnabled: inflates
    maximumThroughputUnits: inflates ? size.maximumUnits : 0
    publicNetworkAccess: isolated ? 'Disabled' : 'Enabled'
  }

  resource hub 'eventhubs' = {
    name: hubName
    properties: {
      partitionCount: size.partitions
      retentionDescription: {
        cleanupPolicy: 'Delete'
        retentionTimeInHours: size.retentionHours
      }
    }

    resource sendRule 'authorizationRules' = if (allowSas) {
      name: 'send'
      properties: {
        rights: ['Send']
      }
    }
  }
}

resource operations 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'spanrelay'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'OperationalLogs', enabled: true }]
  }
}

output namespaceId string = namespace.id
output host string = '${namespaceName}.servicebus.windows.net'
