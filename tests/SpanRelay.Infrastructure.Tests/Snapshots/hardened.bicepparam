using '../../../infra/main.bicep'

param environmentName = 'sample'
param location = 'westeurope'
param dynatraceEnvironment = 'abc12345'
param dynatraceToken = 'canary-token'
param dynatraceTokenStored = true
param vaultPurgeProtection = true
param vaultCreateMode = 'recover'
param zoneRedundant = true
param adminAddresses = ['192.0.2.0/24']
param doors = 'both'
param ingestAddresses = ['198.51.100.0/24']
param eventHub = {
  sku: 'Premium'
  units: 16
  maximumUnits: 0
  partitions: 100
  retentionHours: 2160
}
param workbook = false
