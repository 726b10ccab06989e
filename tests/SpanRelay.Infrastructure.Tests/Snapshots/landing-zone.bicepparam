using '../../../infra/main.bicep'

param environmentName = 'sample'
param location = 'westeurope'
param dynatraceEnvironment = 'abc12345'
param dynatraceToken = 'canary-token'
param networkIsolation = true
param network = {
  kind: 'existing'
  addressPrefix: ''
  nat: false
  appSubnetId: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-spoke/subnets/relay-app'
  endpointSubnetId: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-spoke/subnets/relay-endpoints'
}
param dnsZones = {
  kind: 'policy'
  resourceGroupId: ''
}
