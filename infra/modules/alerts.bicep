metadata description = 'Alerts and who is notified. The queries match the names of events that the relay logs (LogEvents.cs). Never a phrase of a message: a sender could write it.'

param actionGroupName string
param location string
param tags { *: string }
param emails string[]
param applicationInsightsId string
param eventHubsNamespaceId string

@description('Alert when no event arrives for this many minutes; 0 turns the alert off, since a gateway may be idle.')
@allowed([0, 5, 15, 30, 60, 360, 720, 1440])
param noEventsMinutes int

type logAlert = {
  name: string
  description: string
  severity: int
  query: string
  window: string
  every: string
  threshold: int
}

var logAlerts logAlert[] = [
  {
    name: 'dead-letters'
    description: 'Spans could not be delivered and were dead-lettered. The log line names the cause and the next step.'
    severity: 2
    query: 'traces | where tostring(customDimensions.EventName) in ("DeadLetterRecorded", "DeadLetterPoisoned", "QueueMessageQuarantined")'
    window: 'PT15M'
    every: 'PT5M'
    threshold: 0
  }
  {
    name: 'incident-open'
    description: 'Nothing can be delivered until the token, address, certificate or permission is fixed, or a new token does not work. Spans are held in the Event Hub and dead-lettered after an hour.'
    severity: 1
    query: 'traces | where tostring(customDimensions.EventName) in ("IncidentOpen", "TokenVersionUnusable", "TokenFallenBack")'
    window: 'PT15M'
    every: 'PT5M'
    threshold: 0
  }
  {
    name: 'token-expires'
    description: 'The Dynatrace token expires within 14 days. Store a new one as a new version of the secret.'
    severity: 2
    query: 'traces | where tostring(customDimensions.EventName) in ("TokenExpires")'
    window: 'P1D'
    every: 'PT1H'
    threshold: 0
  }
  {
    name: 'spans-held'
    description: 'Spans are held in the Event Hub, and their batches are redelivered. The log has the reason.'
    severity: 2
    query: 'traces | where tostring(customDimensions.EventName) in ("SpansHeld", "SpansHeldForStorage")'
    window: 'PT15M'
    every: 'PT5M'
    threshold: 10
  }
]

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'spanrelay'
    enabled: true
    emailReceivers: [
      for email in emails: {
        name: email
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in logAlerts: {
    name: 'spanrelay-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'SpanRelay: ${replace(alert.name, '-', ' ')}'
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [applicationInsightsId]
      evaluationFrequency: alert.every
      windowSize: alert.window
      autoMitigate: true
      // The tables are there only after the first log line: Azure would refuse the query in the same deployment.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: alert.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [actionGroup.id]
      }
    }
  }
]

resource throttling 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'spanrelay-event-hub-throttled'
  location: 'global'
  tags: tags
  properties: {
    description: 'The Event Hubs namespace turns events away: it needs more throughput units. What the gateway cannot send after its retries is lost.'
    severity: 1
    enabled: true
    scopes: [eventHubsNamespaceId]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricNamespace: 'Microsoft.EventHub/namespaces'
          metricName: 'ThrottledRequests'
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Total'
        }
      ]
    }
    actions: [{ actionGroupId: actionGroup.id }]
  }
}

resource notRead 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'spanrelay-not-read'
  location: 'global'
  tags: tags
  properties: {
    description: 'Events come, and none is read: the app does not start, has no instance, or is held by an incident. Spans are dead-lettered after an hour.'
    severity: 1
    enabled: true
    scopes: [eventHubsNamespaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'incoming'
          metricNamespace: 'Microsoft.EventHub/namespaces'
          metricName: 'IncomingMessages'
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Total'
        }
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'outgoing'
          metricNamespace: 'Microsoft.EventHub/namespaces'
          metricName: 'OutgoingMessages'
          operator: 'LessThanOrEqual'
          threshold: 0
          timeAggregation: 'Total'
        }
      ]
    }
    actions: [{ actionGroupId: actionGroup.id }]
  }
}

var windows = {
  '5': 'PT5M'
  '15': 'PT15M'
  '30': 'PT30M'
  '60': 'PT1H'
  '360': 'PT6H'
  '720': 'PT12H'
  '1440': 'P1D'
}

resource noEvents 'Microsoft.Insights/metricAlerts@2018-03-01' = if (noEventsMinutes > 0) {
  name: 'spanrelay-no-events'
  location: 'global'
  tags: tags
  properties: {
    description: 'No event has come for ${noEventsMinutes} minutes. Does the gateway send, and has its signature expired?'
    severity: 2
    enabled: true
    scopes: [eventHubsNamespaceId]
    evaluationFrequency: 'PT5M'
    windowSize: windows[?string(noEventsMinutes)] ?? 'PT1H'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'none'
          metricNamespace: 'Microsoft.EventHub/namespaces'
          metricName: 'IncomingMessages'
          operator: 'LessThanOrEqual'
          threshold: 0
          timeAggregation: 'Total'
        }
      ]
    }
    actions: [{ actionGroupId: actionGroup.id }]
  }
}
