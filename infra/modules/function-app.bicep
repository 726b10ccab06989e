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

param identityId string
param packageContainerUri string
param settings { name: string, value: string }[]

@description('The subnet the app reaches the others through; empty where they are public.')
param subnetId string

var isolated = !empty(subnetId)
var callers = concat(adminAddresses, ingests ? ingestAddresses : [])

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
    virtualNetworkSubnetId: isolated ? subnetId : null
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
