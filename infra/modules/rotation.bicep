metadata description = 'Has Key Vault tell the function RotateToken when the token is near its expiry. The function must be deployed before: Event Grid looks whether it is there.'

param topicName string
param vaultName string
param functionAppName string
param location string
param tags { *: string }

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: vaultName
}

resource app 'Microsoft.Web/sites@2024-04-01' existing = {
  name: functionAppName

  resource rotateToken 'functions' existing = {
    name: 'RotateToken'
  }
}

resource topic 'Microsoft.EventGrid/systemTopics@2022-06-15' = {
  name: topicName
  location: location
  tags: tags
  properties: {
    source: vault.id
    topicType: 'Microsoft.KeyVault.vaults'
  }

  resource subscription 'eventSubscriptions' = {
    name: 'rotate-token'
    properties: {
      destination: {
        endpointType: 'AzureFunction'
        properties: {
          resourceId: app::rotateToken.id
          maxEventsPerBatch: 1
        }
      }
      eventDeliverySchema: 'EventGridSchema'
      filter: {
        includedEventTypes: ['Microsoft.KeyVault.SecretNearExpiry']
        subjectBeginsWith: 'dynatrace-token'
        subjectEndsWith: 'dynatrace-token'
      }
      retryPolicy: {
        maxDeliveryAttempts: 30
        eventTimeToLiveInMinutes: 1440
      }
    }
  }
}
