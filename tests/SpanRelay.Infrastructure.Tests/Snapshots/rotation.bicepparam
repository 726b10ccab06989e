using '../../../infra/main.bicep'

param environmentName = 'sample'
param location = 'westeurope'
param dynatraceEnvironment = 'abc12345'
param dynatraceToken = 'canary-token'
param dynatraceRotationToken = 'canary-rotation-token'
param tokenRotation = true
param redactionHashKey = 'canary-hash-key'
param hashes = true
param settings = {
  Redaction__ExcludeRequestData: 'false'
  Relay__ResourceAttributes: 'deployment.environment.name=prod'
}
