metadata description = 'A resource\'s address inside the network, and its name there.'

param name string
param location string
param tags { *: string }
param subnetId string
param targetId string

@description('Which of the resource\'s services, in Private Link\'s words.')
param service string

@description('The private DNS zones its names belong to; none where a policy puts them there.')
param zones string[]

@description('The id of the resource group that has them.')
param zoneGroupId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: service
        properties: {
          privateLinkServiceId: targetId
          groupIds: [service]
        }
      }
    ]
  }

  resource names 'privateDnsZoneGroups' = if (!empty(zones)) {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        for zone in zones: {
          name: replace(zone, '.', '-')
          properties: {
            privateDnsZoneId: resourceId(split(zoneGroupId, '/')[2], split(zoneGroupId, '/')[4], 'Microsoft.Network/privateDnsZones', zone)
          }
        }
      ]
    }
  }
}
