metadata description = 'The Functions host\'s own storage, the function app\'s package, dead letters and quarantine.'

param name string
param location string
param tags { *: string }
param isolated bool

@description('Whether the account is kept in three availability zones.')
param zoneRedundant bool

@description('The workspace that gets the log of what is deleted.')
param workspaceId string

@description('How many days dead letters are kept: redacted spans, and the records of why they were not delivered.')
param deadLetterDays int

@description('How many days the raw bytes are kept of what could not be read, and so not be redacted.')
param quarantineDays int

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isolated ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isolated ? 'Deny' : 'Allow'
      bypass: 'None'
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      // The host replaces checkpoints and leases all the time: each would be kept as a deleted blob, and paid for.
      deleteRetentionPolicy: {
        enabled: false
      }
      containerDeleteRetentionPolicy: {
        enabled: true
        days: 7
      }
    }

    resource containers 'containers' = [
      for container in ['app-package', 'dead-letters', 'quarantine']: {
        name: container
        properties: {
          publicAccess: 'None'
        }
      }
    ]
  }

  resource queues 'queueServices' = {
    name: 'default'

    resource names 'queues' = [
      for queue in ['dead-letters', 'dead-letters-poison']: {
        name: queue
      }
    ]
  }

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          for rule in [
            { container: 'dead-letters', days: deadLetterDays }
            { container: 'quarantine', days: quarantineDays }
          ]: {
            name: 'delete-${rule.container}'
            enabled: true
            type: 'Lifecycle'
            definition: {
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: ['${rule.container}/']
              }
              actions: {
                baseBlob: {
                  delete: {
                    daysAfterCreationGreaterThan: rule.days
                  }
                }
              }
            }
          }
        ]
      }
    }
    dependsOn: [blobs]
  }
}

// Not reads and writes: the host reads and writes leases all the time.
resource deletions 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'spanrelay'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageDelete', enabled: true }]
  }
}

output id string = account.id
output packageContainerUri string = '${account.properties.primaryEndpoints.blob}app-package'
