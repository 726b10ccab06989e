metadata description = 'A network: one subnet that the app sends from, and one for private endpoints.'

param name string
param natGatewayName string
param addressName string
param location string
param tags { *: string }

@description('A /24 or larger that nothing else uses, so that it can be peered with the gateway\'s network.')
param addressPrefix string

@description('Whether the app reaches the internet by a NAT gateway with a static address.')
param nat bool

@description('Whether that address survives the loss of an availability zone.')
param zoneRedundant bool

resource address 'Microsoft.Network/publicIPAddresses@2024-05-01' = if (nat) {
  name: addressName
  location: location
  tags: tags
  sku: {
    name: 'Standard'
  }
  zones: zoneRedundant ? ['1', '2', '3'] : []
  properties: {
    publicIPAllocationMethod: 'Static'
    publicIPAddressVersion: 'IPv4'
  }
}

resource natGateway 'Microsoft.Network/natGateways@2024-05-01' = if (nat) {
  name: natGatewayName
  location: location
  tags: tags
  sku: {
    name: 'Standard'
  }
  properties: {
    publicIpAddresses: [
      {
        id: address.id
      }
    ]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [addressPrefix]
    }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          defaultOutboundAccess: !nat
          natGateway: nat ? { id: natGateway.id } : null
          delegations: [
            {
              name: 'flex-consumption'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 1)
          defaultOutboundAccess: false
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }

  resource app 'subnets' existing = {
    name: 'app'
  }

  resource endpoints 'subnets' existing = {
    name: 'endpoints'
  }
}

output appSubnetId string = network::app.id
output endpointSubnetId string = network::endpoints.id
output outboundAddress string = nat ? address!.properties.ipAddress : ''
