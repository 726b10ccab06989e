metadata description = 'The function app, on a Flex Consumption plan, with every setting it has.'

import { appSize } from '../types.bicep'

param name string
param planName string
param location string
param tags { *: string }
param size appSize

@description('Whether the instances are spread over availability zones.')
param zoneRedundant bool

@description('Address ranges that reach the app\'s own endpoints.')
param adminAddresses string[]

@description('Whether senders call the app.')
param ingests bool

@description('Address ranges from which they do; everywhere if none are given.')
param ingestAddresses string[]

@description('The app\'s name in azure.yaml: azd finds the app by it.')
param serviceName string

@description('Whether what the app sends comes from one address.')
param hasOutboundAddress bool

@description('That address.')
param outboundAddress string

param identityId string
param packageContainerUri string
param settings { name: string, value: string }[]

@description('Whether the app is reached by its private endpoint only.')
param isolated bool

@description('The subnet that the app sends from; empty for none.')
param subnetId string

// The app asks itself, at its own address, whether a sender's key is valid.
var callers = concat(
  adminAddresses,
  ingests ? ingestAddresses : [],
  ingests && !empty(ingestAddresses) && hasOutboundAddress ? ['${outboundAddress}/32'] : []
)

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    publicNetworkAccess: isolated ? 'Disabled' : 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        maximumInstanceCount: size.maximumInstances
        instanceMemoryMB: size.memoryMB
        alwaysReady: size.alwaysReady > 0
          ? [
              {
                name: 'function:ForwardSpans'
                instanceCount: zoneRedundant ? max(size.alwaysReady, 2) : size.alwaysReady
              }
            ]
          : []
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      remoteDebuggingEnabled: false
      // Without ingest only operators call the app; azd deploys through scm.
      ipSecurityRestrictionsDefaultAction: ingests && empty(ingestAddresses) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: [
        for (range, index) in callers: {
          name: 'caller-${index}'
          action: 'Allow'
          priority: 100 + index
          ipAddress: range
        }
      ]
      scmIpSecurityRestrictionsDefaultAction: isolated ? 'Deny' : 'Allow'
      scmIpSecurityRestrictionsUseMain: false
      appSettings: settings
    }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }
}

output id string = app.id
