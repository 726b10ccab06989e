@export()
@description('Settings of the relay that may be given as they are. The README says what each means.')
@sealed()
type relaySettings = {
  Dynatrace__CaCertificates: string?
  Dynatrace__TokenLifetimeDays: string?
  Dynatrace__TokenOverlap: string?
  Dynatrace__TokenRefresh: string?
  GenAi__MetricsByTeam: ('true' | 'false')?
  GenAi__MetricsMaxLabelSets: string?
  GenAi__Normalize: ('true' | 'false')?
  Ingest__MaxEventBytes: string?
  Ingest__Redact: ('true' | 'false')?
  Ingest__SendTimeout: string?
  Redaction__ExcludeRequestData: ('true' | 'false')?
  Redaction__Policy: string?
  Relay__AttemptTimeout: string?
  Relay__MaxParallelRequests: string?
  Relay__MaxRequestBytes: string?
  Relay__MaxSpanAge: string?
  Relay__ResourceAttributes: string?
  Relay__RetryBudget: string?
}

@export()
@description('What the Event Hub is made for. docs/capacity.md says how to choose.')
@discriminator('sku')
type eventHubSize = standardSize | premiumSize

@description('Standard is sold by throughput units. Basic takes events of 256 KB only, and has no auto-inflate.')
@sealed()
type standardSize = {
  sku: 'Standard'

  @description('Throughput units (1 MB/s in, 2 MB/s out each) to begin with.')
  @minValue(1)
  @maxValue(40)
  units: int

  @description('Auto-inflate limit in throughput units. No auto-inflate if not more than units.')
  @minValue(0)
  @maxValue(40)
  maximumUnits: int

  @description('Maximum number of batches forwarded in parallel. Cannot be changed later.')
  @minValue(1)
  @maxValue(32)
  partitions: int

  @description('How long the hub keeps events while nothing can be delivered. The relay dead-letters spans over an hour old, so more than a day only helps with analysis.')
  @minValue(1)
  @maxValue(168)
  retentionHours: int
}

@description('Premium is sold by processing units.')
@sealed()
type premiumSize = {
  sku: 'Premium'
  units: 1 | 2 | 4 | 8 | 12 | 16

  @description('Without effect: Premium has no auto-inflate.')
  maximumUnits: int

  @description('Maximum number of batches forwarded in parallel.')
  @minValue(1)
  @maxValue(100)
  partitions: int

  @description('How long the hub keeps events while nothing can be delivered.')
  @minValue(1)
  @maxValue(2160)
  retentionHours: int
}

@export()
@description('How far the function app scales.')
@sealed()
type appSize = {
  @description('Flex Consumption takes 40 and more. An Event Hub is read by one instance for each partition at most, so the partitions are the lower limit.')
  @minValue(40)
  @maxValue(1000)
  maximumInstances: int

  @description('Instances of ForwardSpans that never go away. They are paid for all the time, and spare the first spans after a pause a cold start.')
  @minValue(0)
  @maxValue(1000)
  alwaysReady: int

  memoryMB: 512 | 2048 | 4096
}

@export()
@description('The network that the app sends through, where it needs one: with networkIsolation or a NAT gateway, or an existing one.')
@discriminator('kind')
type networkChoice = newNetwork | existingNetwork

@sealed()
type newNetwork = {
  kind: 'new'

  @description('A /24 or larger that nothing else uses, so that it can be peered with the gateway\'s network.')
  addressPrefix: string

  @description('Whether what the app sends to the internet comes from one static address.')
  nat: bool

  @description('Without effect.')
  appSubnetId: string

  @description('Without effect.')
  endpointSubnetId: string
}

@description('Its routes decide how the app reaches the internet.')
@sealed()
type existingNetwork = {
  kind: 'existing'

  @description('Without effect.')
  addressPrefix: string

  nat: false

  @description('A subnet of /27 or larger in the app\'s region, delegated to Microsoft.App/environments and used by nothing else.')
  @minLength(1)
  appSubnetId: string

  @description('The subnet for private endpoints; empty without networkIsolation.')
  endpointSubnetId: string
}

@export()
@description('Whose private DNS zones have the names of the private endpoints.')
@discriminator('kind')
type dnsZonesChoice = newZones | existingZones | zonesOfPolicy

@description('Zones in the resource group, linked to the app\'s network.')
@sealed()
type newZones = {
  kind: 'new'

  @description('Without effect.')
  resourceGroupId: string
}

@description('The zones of a hub, which the app\'s network resolves already.')
@sealed()
type existingZones = {
  kind: 'existing'

  @description('The id of the resource group that has them all, of another subscription as well.')
  @minLength(1)
  resourceGroupId: string
}

@description('A policy of the landing zone makes the names.')
@sealed()
type zonesOfPolicy = {
  kind: 'policy'

  @description('Without effect.')
  resourceGroupId: string
}
