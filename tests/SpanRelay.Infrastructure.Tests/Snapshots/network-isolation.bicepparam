using '../../../infra/main.bicep'

param environmentName = 'sample'
param location = 'westeurope'
param dynatraceEnvironment = 'abc12345'
param dynatraceToken = 'canary-token'
param networkIsolation = true
param senderPrincipalIds = ['11111111-2222-3333-4444-555555555555']
param gatewayNetworkId = '/subscriptions/00000000-0000-0000-0000-000000000003/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet-gateway'
