metadata description = 'A resource\'s address inside the network, and its name there.'

param name string
param location string
param tags { *: string }
param subnetId string
param resourceId string

@description('Which of the resource\'s services, in Private Link\'s words.')
param service string

@description('The private DNS zones its names belong to.')
param zones string[]

resource privateZones 'Microsoft.Network/privateDnsZones@2024-06-01' existing = [
  for zone in zones: {
    name: zone
  }
]

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
          privateLinkServiceId: resourceId
          groupIds: [service]
        }
      }
    ]
  }

  resource names 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        for (zone, index) in zones: {
          name: replace(zone, '.', '-')
          properties: {
            privateDnsZoneId: privateZones[index].id
          }
        }
      ]
    }
  }
}
