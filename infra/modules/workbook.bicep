metadata description = 'A page in the portal about the relay: what came in, what became of it, how far it is behind. Its queries are in workbook.json, and a test holds them against what the app measures and logs.'

param displayName string
param location string
param tags { *: string }
param applicationInsightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'spanrelay')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: applicationInsightsId
    version: 'Notebook/1.0'
    serializedData: string(loadJsonContent('workbook.json'))
  }
}
