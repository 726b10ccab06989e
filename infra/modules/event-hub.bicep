metadata description = 'The Event Hub that the gateway sends to.'

import { eventHubSize } from '../types.bicep'

param namespaceName string
param hubName string
param location string
param tags { *: string }
param size eventHubSize

@description('Who sends with a key: each has a rule of its own name, which may send and nothing else. Without any, no keys are allowed at all.')
@maxLength(12)
param keySenders string[]

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
    disableLocalAuth: empty(keySenders)
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

    // One after the other: the hub refuses changes of its rules at the same time.
    @batchSize(1)
    resource sendRules 'authorizationRules' = [
      for sender in keySenders: {
        name: sender
        properties: {
          rights: ['Send']
        }
      }
    ]
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
