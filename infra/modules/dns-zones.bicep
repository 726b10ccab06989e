metadata description = 'Private DNS zones with the names of the private endpoints, and the networks that resolve them.'

param tags { *: string }
param zones string[]

@description('The app\'s network, which resolves all of them.')
param networkId string

@description('The gateway\'s network; empty for none. What it resolves here hides its own private endpoints of the same service, so it gets no other zones than these.')
param gatewayNetworkId string

param gatewayZones string[]

var isAnother = !empty(gatewayNetworkId) && toLower(gatewayNetworkId) != toLower(networkId)

resource privateZones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zones: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, index) in zones: {
    parent: privateZones[index]
    name: last(split(networkId, '/'))
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: networkId
      }
    }
  }
]

resource gatewayLinks 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for zone in gatewayZones: if (isAnother) {
    name: '${zone}/gateway'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      // Names that are not in the zone are still looked up in the internet.
      resolutionPolicy: 'NxDomainRedirect'
      virtualNetwork: {
        id: gatewayNetworkId
      }
    }
    dependsOn: [privateZones]
  }
]
