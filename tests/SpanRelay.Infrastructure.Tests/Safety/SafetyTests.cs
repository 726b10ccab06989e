using System.Text.Json.Nodes;
using SpanRelay.Infrastructure.Tests.Templates;
using SpanRelay.Redaction;
using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Safety;

public sealed class SafetyTests
{
    private static readonly Dictionary<string, Func<Deployment, IEnumerable<string>>> Rules = new Func<Deployment, IEnumerable<string>>[]
    {
        SafetyRules.EventHubTakesKeysOnlyToSend,
        SafetyRules.VaultIsProtected,
        SafetyRules.AStoredTokenIsLeftAlone,
        SafetyRules.WhatMattersIsLogged,
        SafetyRules.DeletedBlobsAreKeptWhereTheyAreDeadLetters,
        SafetyRules.SecretsComeFromSecureParameters,
        SafetyRules.StorageHasNoKeysAndNothingPublic,
        SafetyRules.StoredPayloadsAreDeletedInTime,
        SafetyRules.TelemetryIsWrittenByIdentitiesOnly,
        SafetyRules.AppIsReachedByTlsAndDeployedByIdentity,
        SafetyRules.SettingsHoldNoSecret,
        SafetyRules.RolesAreOnOneResourceEach,
        SafetyRules.IsolationLeavesNothingPublic,
        SafetyRules.TheGatewayResolvesOnlyWhatItSendsTo,
        SafetyRules.AnExistingNetworkIsLeftAsItIs,
        SafetyRules.ANatGatewayGivesOneAddress,
        SafetyRules.EveryAlertTellsSomebody,
        SafetyRules.OutputsHoldNoSecret,
    }.ToDictionary(rule => rule.Method.Name);

    // Rule, combination, what is changed in the snapshot (type, path below it, value), and what the rule says of it.
    private static readonly (string Rule, string Combination, string Type, string Path, JsonNode? Value, string Finding)[] Mistakes =
    [
        (nameof(SafetyRules.EventHubTakesKeysOnlyToSend), "default", "Microsoft.EventHub/namespaces", "properties/disableLocalAuth", false, "takes keys"),
        (nameof(SafetyRules.EventHubTakesKeysOnlyToSend), "messages", "Microsoft.EventHub/namespaces/eventhubs/authorizationRules", "properties/rights", new JsonArray("Listen", "Send"), "more than send"),
        (nameof(SafetyRules.EventHubTakesKeysOnlyToSend), "messages", "Microsoft.EventHub/namespaces/eventhubs/authorizationRules", "type", "Microsoft.EventHub/namespaces/authorizationRules", "more than the hub"),
        (nameof(SafetyRules.EventHubTakesKeysOnlyToSend), "ingest", "Microsoft.EventHub/namespaces", "properties/disableLocalAuth", false, "takes keys"),
        (nameof(SafetyRules.EventHubTakesKeysOnlyToSend), "messages", "Microsoft.EventHub/namespaces/eventhubs/authorizationRules", "name", "evhns-x/spans/another", "not one for each sender"),
        (nameof(SafetyRules.AppIsReachedByTlsAndDeployedByIdentity), "hardened", "Microsoft.Web/sites", "properties/siteConfig/ipSecurityRestrictionsDefaultAction", "Allow", "called from everywhere"),
        (nameof(SafetyRules.VaultIsProtected), "hardened", "Microsoft.KeyVault/vaults", "properties/enablePurgeProtection", null, "can be purged"),
        (nameof(SafetyRules.WhatMattersIsLogged), "default", "Microsoft.Insights/diagnosticSettings", "properties/logs", new JsonArray(), "OperationalLogs of Microsoft.EventHub/namespaces is not logged"),
        (nameof(SafetyRules.DeletedBlobsAreKeptWhereTheyAreDeadLetters), "default", "Microsoft.Storage/storageAccounts/blobServices", "name", "st1/default", "kept as a deleted blob"),
        (nameof(SafetyRules.DeletedBlobsAreKeptWhereTheyAreDeadLetters), "default", "Microsoft.Storage/storageAccounts/blobServices", "properties/deleteRetentionPolicy/enabled", false, "dead letter that is deleted"),
        (nameof(SafetyRules.DeletedBlobsAreKeptWhereTheyAreDeadLetters), "default", "Microsoft.Storage/storageAccounts/blobServices", "properties/containerDeleteRetentionPolicy/enabled", false, "is gone"),
        (nameof(SafetyRules.AppIsReachedByTlsAndDeployedByIdentity), "default", "Microsoft.Web/sites", "properties/siteConfig/ipSecurityRestrictionsDefaultAction", "Allow", "called from everywhere"),
        (nameof(SafetyRules.EveryAlertTellsSomebody), "default", "Microsoft.Insights/scheduledQueryRules", "properties/skipQueryValidation", false, "nothing has been logged yet"),
        (nameof(SafetyRules.VaultIsProtected), "default", "Microsoft.KeyVault/vaults", "properties/enableRbacAuthorization", false, "enableRbacAuthorization"),
        (nameof(SafetyRules.SecretsComeFromSecureParameters), "default", "Microsoft.KeyVault/vaults/secrets", "properties/value", "dt0c01.X.Y", "stands in the template"),
        (nameof(SafetyRules.StorageHasNoKeysAndNothingPublic), "default", "Microsoft.Storage/storageAccounts", "properties/allowSharedKeyAccess", true, "allowSharedKeyAccess"),
        (nameof(SafetyRules.StorageHasNoKeysAndNothingPublic), "default", "Microsoft.Storage/storageAccounts", "properties/minimumTlsVersion", "TLS1_0", "minimumTlsVersion"),
        (nameof(SafetyRules.StorageHasNoKeysAndNothingPublic), "default", "Microsoft.Storage/storageAccounts/blobServices/containers", "properties/publicAccess", "Blob", "is public"),
        (nameof(SafetyRules.StoredPayloadsAreDeletedInTime), "default", "Microsoft.Storage/storageAccounts/managementPolicies", "properties/policy/rules", new JsonArray(), "quarantine is not deleted"),
        (nameof(SafetyRules.TelemetryIsWrittenByIdentitiesOnly), "default", "Microsoft.Insights/components", "properties/DisableLocalAuth", false, "DisableLocalAuth"),
        (nameof(SafetyRules.TelemetryIsWrittenByIdentitiesOnly), "default", "Microsoft.OperationalInsights/workspaces", "properties/features/disableLocalAuth", false, "workspace takes keys"),
        (nameof(SafetyRules.AppIsReachedByTlsAndDeployedByIdentity), "default", "Microsoft.Web/sites", "properties/httpsOnly", false, "without TLS"),
        (nameof(SafetyRules.AppIsReachedByTlsAndDeployedByIdentity), "default", "Microsoft.Web/sites/basicPublishingCredentialsPolicies", "properties/allow", true, "by password (ftp)"),
        (nameof(SafetyRules.SettingsHoldNoSecret), "default", "Microsoft.Web/sites", "properties/siteConfig/appSettings/0/value", "[parameters('dynatraceToken')]", "holds a secret"),
        (nameof(SafetyRules.SettingsHoldNoSecret), "default", "Microsoft.Web/sites", "properties/siteConfig/appSettings/0/value", "Endpoint=sb://x;SharedAccessKey=y", "holds a secret"),
        (nameof(SafetyRules.RolesAreOnOneResourceEach), "default", "Microsoft.Authorization/roleAssignments", "id", "/subscriptions/1/resourceGroups/rg-sample/providers/Microsoft.Authorization/roleAssignments/2", "more than a resource"),
        (nameof(SafetyRules.RolesAreOnOneResourceEach), "default", "Microsoft.Authorization/roleAssignments", "id", "[resourceId('Microsoft.Authorization/roleAssignments', '2')]", "more than a resource"),
        (nameof(SafetyRules.IsolationLeavesNothingPublic), "network-isolation", "Microsoft.KeyVault/vaults", "properties/publicNetworkAccess", "Enabled", "from everywhere"),
        (nameof(SafetyRules.IsolationLeavesNothingPublic), "network-isolation", "Microsoft.Network/privateEndpoints", "properties/privateLinkServiceConnections/0/properties/groupIds", new JsonArray("file"), "no private endpoint for sites"),
        (nameof(SafetyRules.IsolationLeavesNothingPublic), "landing-zone", "Microsoft.Network/privateEndpoints", "type", "other", "no private endpoint for sites"),
        (nameof(SafetyRules.TheGatewayResolvesOnlyWhatItSendsTo), "network-isolation", "Microsoft.Network/privateDnsZones/virtualNetworkLinks", "properties/virtualNetwork/id", "/subscriptions/1/virtualNetworks/vnet-gateway", "other zones"),
        (nameof(SafetyRules.AnExistingNetworkIsLeftAsItIs), "existing-network", "Microsoft.KeyVault/vaults", "type", "Microsoft.Network/virtualNetworks", "beside the existing one."),
        (nameof(SafetyRules.AnExistingNetworkIsLeftAsItIs), "landing-zone", "Microsoft.KeyVault/vaults", "type", "Microsoft.Network/privateDnsZones", "beside the existing ones."),
        (nameof(SafetyRules.AnExistingNetworkIsLeftAsItIs), "existing-network", "Microsoft.Web/sites", "properties/virtualNetworkSubnetId", "", "another subnet"),
        (nameof(SafetyRules.AnExistingNetworkIsLeftAsItIs), "existing-network", "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "properties/privateDnsZoneConfigs/0/properties/privateDnsZoneId", "/subscriptions/1", "those of the hub"),
        (nameof(SafetyRules.ANatGatewayGivesOneAddress), "nat", "Microsoft.Network/virtualNetworks", "properties/subnets/0/properties/natGateway", null, "past the NAT gateway"),
        (nameof(SafetyRules.ANatGatewayGivesOneAddress), "nat", "Microsoft.Web/sites", "properties/siteConfig/ipSecurityRestrictions", new JsonArray(), "cannot ask itself"),
        (nameof(SafetyRules.EveryAlertTellsSomebody), "default", "Microsoft.Insights/scheduledQueryRules", "properties/actions", new JsonObject(), "tells nobody"),
        (nameof(SafetyRules.EveryAlertTellsSomebody), "messages", "Microsoft.Insights/metricAlerts", "name", "other", "is missing"),
    ];

    public static TheoryData<string, string> RulesAndCombinations
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var rule in Rules.Keys)
            {
                foreach (var combination in Deployment.Combinations)
                    data.Add(rule, combination);
            }

            return data;
        }
    }

    public static TheoryData<int, string, string> SeededMistakes
    {
        get
        {
            var data = new TheoryData<int, string, string>();
            for (var i = 0; i < Mistakes.Length; i++)
                data.Add(i, Mistakes[i].Rule, Mistakes[i].Path);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(RulesAndCombinations))]
    public void EveryRuleHoldsOfEveryCombination(string rule, string combination) =>
        Assert.Empty(Rules[rule](Deployment.Read(combination)));

    [Theory]
    [MemberData(nameof(SeededMistakes))]
    public void AMistakeIsFound(int index, string rule, string path)
    {
        var mistake = Mistakes[index];
        var deployment = Deployment.Read(mistake.Combination);
        Set(deployment.Of(mistake.Type).First(), path, mistake.Value);

        Assert.Contains(Rules[rule](deployment), finding => finding.Contains(mistake.Finding, StringComparison.Ordinal));
    }

    [Fact]
    public void ASecretInAnOutputIsFound()
    {
        var deployment = Deployment.Read("default");
        deployment.Outputs["TOKEN"] = "canary-token";

        Assert.Equal(["The output TOKEN holds a secret."], SafetyRules.OutputsHoldNoSecret(deployment));
    }

    [Fact]
    public async Task AStoredTokenThatIsOverwrittenIsFound()
    {
        using var copy = new InfrastructureCopy();
        copy.Change("infra/modules/key-vault.bicep", "!tokenStored && !empty(token)", "tokenStored || !empty(token)");

        var changed = new Deployment("hardened", JsonNode.Parse(await copy.SnapshotAsync("hardened"))!.AsObject());

        Assert.Single(SafetyRules.AStoredTokenIsLeftAlone(changed));
    }

    [Fact]
    public void EveryRuleHasAMistakeThatBreaksIt() =>
        Assert.Equal(Rules.Keys.Order(), Mistakes.Select(mistake => mistake.Rule).Append(nameof(SafetyRules.OutputsHoldNoSecret)).Append(nameof(SafetyRules.AStoredTokenIsLeftAlone)).Distinct().Order());

    private static void Set(JsonNode resource, string path, JsonNode? value)
    {
        var names = path.Split('/');
        var at = names[..^1].Aggregate(resource, (node, name) => int.TryParse(name, out var index) ? node[index]! : node[name]!);
        at[names[^1]] = value?.DeepClone();
    }
}
