metadata description = 'The vault with the Dynatrace token. A secret is written only when its value is given: later deployments leave rotated ones alone.'

param name string
param location string
param tags { *: string }
param isolated bool

@description('How many days a deleted vault or secret can be brought back. Purge protection keeps anyone from ending that early.')
@minValue(7)
@maxValue(90)
param softDeleteDays int

@secure()
param token string

@secure()
param rotationToken string

@secure()
param hashKey string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: softDeleteDays
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: isolated ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isolated ? 'Deny' : 'Allow'
      bypass: 'None'
    }
  }

  resource tokenSecret 'secrets' = if (!empty(token)) {
    name: 'dynatrace-token'
    properties: {
      value: token
      contentType: 'Dynatrace token that sends spans'
    }
  }

  resource rotationTokenSecret 'secrets' = if (!empty(rotationToken)) {
    name: 'dynatrace-rotation-token'
    properties: {
      value: rotationToken
      contentType: 'Dynatrace token that creates tokens'
    }
  }

  resource hashKeySecret 'secrets' = if (!empty(hashKey)) {
    name: 'redaction-hash-key'
    properties: {
      value: hashKey
      contentType: 'Key of the pseudonyms of the redaction policy'
    }
  }
}

output id string = vault.id
