using '../../../infra/main.bicep'

param environmentName = 'sample'
param location = 'westeurope'
param dynatraceEnvironment = 'abc12345'
param dynatraceToken = 'canary-token'
param doors = 'ingest'
param ingestAddresses = ['198.51.100.0/24']
param network = {
  kind: 'new'
  addressPrefix: '10.83.0.0/24'
  nat: true
  appSubnetId: ''
  endpointSubnetId: ''
}
