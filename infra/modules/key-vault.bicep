metadata description = 'The vault with the Dynatrace token. A secret is written only when its value is given: later deployments leave rotated ones alone.'

param name string
param location string
param tags { *: string }
param isolated bool

@description('The workspace that gets the log of each use of a secret.')
param workspaceId string

@description('Whether ending the soft deletion early is forbidden. Without it, "azd down --purge" frees the name.')
param purgeProtection bool

param createMode 'default' | 'recover'

@description('How many days a deleted vault or secret can be brought back.')
@minValue(7)
@maxValue(90)
param softDeleteDays int

@secure()
param token string

param tokenStored bool

@secure()
param rotationToken string

param rotationTokenStored bool

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
    createMode: createMode
    // Azure takes true or nothing.
    enablePurgeProtection: purgeProtection ? true : null
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: isolated ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isolated ? 'Deny' : 'Allow'
      bypass: 'None'
    }
  }

  resource tokenSecret 'secrets' = if (!tokenStored && !empty(token)) {
    name: 'dynatrace-token'
    properties: {
      value: token
      contentType: 'Dynatrace token that sends spans'
    }
  }

  resource rotationTokenSecret 'secrets' = if (!rotationTokenStored && !empty(rotationToken)) {
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

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'spanrelay'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

output id string = vault.id
