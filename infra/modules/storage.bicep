metadata description = 'A storage account that is reached by Entra identities only.'

param name string
param location string
param tags { *: string }
param isolated bool

@description('Whether the account is kept in three availability zones.')
param zoneRedundant bool

@description('The workspace that gets the log of what is deleted.')
param workspaceId string

param containers string[]
param queues string[]

@description('Whether a deleted or replaced blob can be restored for a week.')
param keepsDeletedBlobs bool

@description('How many days blobs are kept, by container.')
param lifetimes { container: string, days: int }[]

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
      deleteRetentionPolicy: keepsDeletedBlobs ? { enabled: true, days: 7 } : { enabled: false }
      containerDeleteRetentionPolicy: {
        enabled: true
        days: 7
      }
    }

    resource names 'containers' = [
      for container in containers: {
        name: container
        properties: {
          publicAccess: 'None'
        }
      }
    ]
  }

  resource queueService 'queueServices' = if (!empty(queues)) {
    name: 'default'

    resource names 'queues' = [
      for queue in queues: {
        name: queue
      }
    ]
  }

  resource lifecycle 'managementPolicies' = if (!empty(lifetimes)) {
    name: 'default'
    properties: {
      policy: {
        rules: [
          for lifetime in lifetimes: {
            name: 'delete-${lifetime.container}'
            enabled: true
            type: 'Lifecycle'
            definition: {
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: ['${lifetime.container}/']
              }
              actions: {
                baseBlob: {
                  delete: {
                    daysAfterCreationGreaterThan: lifetime.days
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
output blobEndpoint string = account.properties.primaryEndpoints.blob
