using '../../../infra/main.bicep'

param environmentName = 'sample'
param location = 'westeurope'
param dynatraceEnvironment = 'abc12345'
param dynatraceToken = 'canary-token'
param doors = 'ingest'
param aiMetrics = true
