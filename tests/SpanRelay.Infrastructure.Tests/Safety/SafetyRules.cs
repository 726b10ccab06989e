using System.Text.Json.Nodes;
using SpanRelay.Infrastructure.Tests.Templates;

namespace SpanRelay.Infrastructure.Tests.Safety;

/// <summary>What must hold of every deployment. Each rule yields a sentence for each thing that breaks it.</summary>
internal static class SafetyRules
{
    public static IEnumerable<string> EventHubTakesKeysOnlyToSend(Deployment deployment)
    {
        var keys = deployment.TakesMessages;
        var senders = deployment.Outputs["SENDERS"]!.AsArray().Select(name => name!.GetValue<string>());
        var rules = deployment.Resources.Where(resource => Type(resource).EndsWith("/authorizationRules", StringComparison.Ordinal)).ToList();
        if (!keys && !Is(deployment.Properties("Microsoft.EventHub/namespaces")["disableLocalAuth"], true))
            yield return "The Event Hubs namespace takes keys, and nobody sends with one.";
        if (!rules.Select(rule => rule["name"]!.GetValue<string>().Split('/')[^1]).Order().SequenceEqual(keys ? senders.Order() : []))
            yield return $"There are {rules.Count} authorization rules, and not one for each sender.";
        foreach (var rule in rules)
        {
            if (Type(rule) != "Microsoft.EventHub/namespaces/eventhubs/authorizationRules")
                yield return "An authorization rule opens more than the hub.";
            if (rule["properties"]!["rights"]!.ToJsonString() != """["Send"]""")
                yield return "An authorization rule may do more than send.";
        }
    }

    public static IEnumerable<string> VaultIsProtected(Deployment deployment) =>
        Differences(deployment, "Microsoft.KeyVault/vaults", new()
        {
            ["enableRbacAuthorization"] = true,
            ["enableSoftDelete"] = true,
            ["enabledForDeployment"] = false,
            ["enabledForTemplateDeployment"] = false,
        }).Concat(deployment.Parameters.Contains("vaultPurgeProtection") && !Is(deployment.Properties("Microsoft.KeyVault/vaults")["enablePurgeProtection"], true) ? ["The vault can be purged."] : []);

    public static IEnumerable<string> AStoredTokenIsLeftAlone(Deployment deployment) =>
        from secret in deployment.Of("Microsoft.KeyVault/vaults/secrets")
        where deployment.Parameters.Contains("dynatraceTokenStored") && secret["name"]!.GetValue<string>().EndsWith("/dynatrace-token", StringComparison.Ordinal)
        select "The token in the vault, which may have been rotated, is overwritten.";

    public static IEnumerable<string> WhatMattersIsLogged(Deployment deployment)
    {
        foreach (var (type, category) in new[] { ("Microsoft.KeyVault/vaults", "audit"), ("Microsoft.EventHub/namespaces", "OperationalLogs"), ("Microsoft.Storage/storageAccounts", "StorageDelete") })
        {
            if (!deployment.Of("Microsoft.Insights/diagnosticSettings").Any(setting => setting["id"]!.GetValue<string>().Contains($"/{type}/", StringComparison.Ordinal)
                && setting["properties"]!["logs"]!.ToJsonString().Contains($"\"{category}\"", StringComparison.Ordinal)))
                yield return $"{category} of {type} is not logged.";
        }
    }

    /// <summary>The host replaces its blobs all the time; a dead letter is deleted once.</summary>
    public static IEnumerable<string> DeletedBlobsAreKeptWhereTheyAreDeadLetters(Deployment deployment)
    {
        foreach (var blobs in deployment.Of("Microsoft.Storage/storageAccounts/blobServices"))
        {
            var isForLetters = blobs["name"]!.GetValue<string>().Split('/')[0] == deployment.LettersAccount;
            if (!Is(blobs["properties"]!["deleteRetentionPolicy"]!["enabled"], isForLetters))
                yield return isForLetters ? "A dead letter that is deleted by mistake is gone." : "Every checkpoint is kept as a deleted blob.";
            if (!Is(blobs["properties"]!["containerDeleteRetentionPolicy"]!["enabled"], true))
                yield return "A container that is deleted by mistake is gone.";
        }
    }

    public static IEnumerable<string> SecretsComeFromSecureParameters(Deployment deployment) =>
        from secret in deployment.Of("Microsoft.KeyVault/vaults/secrets")
        let value = secret["properties"]!["value"]!.GetValue<string>()
        where !value.StartsWith("[parameters('", StringComparison.Ordinal)
        select $"The secret {secret["name"]} stands in the template.";

    public static IEnumerable<string> StorageHasNoKeysAndNothingPublic(Deployment deployment) =>
        Differences(deployment, "Microsoft.Storage/storageAccounts", new()
        {
            ["allowSharedKeyAccess"] = false,
            ["allowBlobPublicAccess"] = false,
            ["minimumTlsVersion"] = "TLS1_2",
            ["supportsHttpsTrafficOnly"] = true,
        }).Concat(
            from container in deployment.Of("Microsoft.Storage/storageAccounts/blobServices/containers")
            where !Is(container["properties"]!["publicAccess"], "None")
            select $"The container {container["name"]} is public.");

    public static IEnumerable<string> StoredPayloadsAreDeletedInTime(Deployment deployment)
    {
        var rules = deployment.Properties("Microsoft.Storage/storageAccounts/managementPolicies")["policy"]!["rules"]!.AsArray();
        foreach (var (container, days) in new[] { ("quarantine", 7), ("dead-letters", 30) })
        {
            var rule = rules.SingleOrDefault(each => each!["definition"]!["filters"]!["prefixMatch"]!.ToJsonString() == $"""["{container}/"]""");
            if (rule is null || !Is(rule["enabled"], true) || !Is(rule["definition"]!["actions"]!["baseBlob"]!["delete"]!["daysAfterCreationGreaterThan"], days))
                yield return $"What is in {container} is not deleted after {days} days.";
        }
    }

    public static IEnumerable<string> TelemetryIsWrittenByIdentitiesOnly(Deployment deployment) =>
        Differences(deployment, "Microsoft.Insights/components", new() { ["DisableLocalAuth"] = true })
            .Concat(Is(deployment.Properties("Microsoft.OperationalInsights/workspaces")["features"]!["disableLocalAuth"], true) ? [] : ["The workspace takes keys."]);

    public static IEnumerable<string> AppIsReachedByTlsAndDeployedByIdentity(Deployment deployment)
    {
        var app = deployment.Of("Microsoft.Web/sites").Single();
        var properties = app["properties"]!;
        if (!(deployment.Ingests && !deployment.IsAny("ingestAddresses")) && !Is(properties["siteConfig"]!["ipSecurityRestrictionsDefaultAction"], "Deny"))
            yield return "The app is called from everywhere.";
        if (!Is(properties["httpsOnly"], true))
            yield return "The app answers without TLS.";
        if (!Is(properties["siteConfig"]!["minTlsVersion"], "1.2") || !Is(properties["siteConfig"]!["scmMinTlsVersion"], "1.2"))
            yield return "The app takes TLS older than 1.2.";
        if (!Is(properties["functionAppConfig"]!["deployment"]!["storage"]!["authentication"]!["type"], "UserAssignedIdentity"))
            yield return "The app's package is read with a key.";
        foreach (var way in new[] { "ftp", "scm" })
        {
            var policy = deployment.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies").SingleOrDefault(each => each["name"]!.GetValue<string>().EndsWith("/" + way, StringComparison.Ordinal));
            if (!Is(policy?["properties"]?["allow"], false))
                yield return $"The app can be deployed by password ({way}).";
        }
    }

    public static IEnumerable<string> SettingsHoldNoSecret(Deployment deployment) =>
        from setting in deployment.Of("Microsoft.Web/sites").Single()["properties"]!["siteConfig"]!["appSettings"]!.AsArray()
        let value = setting["value"]!.GetValue<string>()
        where value.Contains("AccountKey=", StringComparison.OrdinalIgnoreCase)
            || value.Contains("SharedAccessKey", StringComparison.OrdinalIgnoreCase)
            || value.Contains("listKeys(", StringComparison.OrdinalIgnoreCase)
            || value.Contains("parameters('", StringComparison.Ordinal)
            || value.StartsWith("dt0", StringComparison.Ordinal)
        select $"The setting {setting["name"]} holds a secret.";

    public static IEnumerable<string> RolesAreOnOneResourceEach(Deployment deployment) =>
        from role in RoleAssignment.Of(deployment)
        where role.ScopeType is null || role.ScopeType.StartsWith("Microsoft.Resources/", StringComparison.Ordinal)
        select $"The role {role.RoleId} is given on more than a resource.";

    public static IEnumerable<string> IsolationLeavesNothingPublic(Deployment deployment)
    {
        if (!deployment.Parameters.Contains("networkIsolation"))
            yield break;
        var endpoints = deployment.Of("Microsoft.Network/privateEndpoints").Select(endpoint => endpoint["properties"]!["privateLinkServiceConnections"]![0]!["properties"]!).ToList();
        foreach (var (type, services, resource) in new[]
        {
            ("Microsoft.EventHub/namespaces", new[] { "namespace" }),
            ("Microsoft.KeyVault/vaults", ["vault"]),
            ("Microsoft.Storage/storageAccounts", []),
            ("Microsoft.Web/sites", ["sites"]),
        }.SelectMany(each => deployment.Of(each.Item1).Select(resource => (each.Item1, each.Item2, resource))))
        {
            if (!Is(resource["properties"]!["publicNetworkAccess"], "Disabled"))
                yield return $"{type} is reached from everywhere.";
            foreach (var service in services.Length > 0 ? services : resource["name"]!.GetValue<string>() == deployment.LettersAccount ? ["blob", "queue"] : ["blob", "table"])
            {
                if (!endpoints.Any(endpoint => Is(endpoint["privateLinkServiceId"], resource["id"]!.GetValue<string>()) && endpoint["groupIds"]!.ToJsonString() == $"""["{service}"]"""))
                    yield return $"{type} has no private endpoint for {service}.";
            }
        }

        if (!endpoints.Any(endpoint => endpoint["groupIds"]!.ToJsonString() == """["azuremonitor"]"""))
            yield return "The log has no private endpoint.";
        foreach (var type in new[] { "Microsoft.Insights/components", "Microsoft.OperationalInsights/workspaces" })
        {
            if (!Is(deployment.Properties(type)["publicNetworkAccessForIngestion"], "Disabled"))
                yield return $"{type} is written from everywhere.";
        }

        if (deployment.Of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Count() != (Is(deployment.Outputs["DNS_ZONES"], "policy") ? 0 : endpoints.Count))
            yield return "A private endpoint has no name in the network.";
    }

    /// <summary>What the gateway's network resolves privately, it no longer finds elsewhere.</summary>
    public static IEnumerable<string> TheGatewayResolvesOnlyWhatItSendsTo(Deployment deployment)
    {
        string[] needed = deployment.IsAny("gatewayNetworkId") ? [.. deployment.IsAny("doors", "ingest") ? [] : new[] { "privatelink.servicebus.windows.net" }, .. deployment.Ingests ? new[] { "privatelink.azurewebsites.net" } : []] : [];
        var linked = deployment.Of("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Where(link => link["properties"]!["virtualNetwork"]!["id"]!.GetValue<string>().EndsWith("/vnet-gateway", StringComparison.Ordinal));
        return linked.Select(link => link["name"]!.GetValue<string>().Split('/')[0]).Order().SequenceEqual(needed.Order()) ? [] : ["The gateway's network resolves other zones than those of what it sends to."];
    }

    public static IEnumerable<string> AnExistingNetworkIsLeftAsItIs(Deployment deployment)
    {
        var app = deployment.Properties("Microsoft.Web/sites");
        if (Is(deployment.Outputs["NETWORK_KIND"], "existing"))
        {
            if (deployment.Of("Microsoft.Network/virtualNetworks").Any())
                yield return "A network is made beside the existing one.";
            if (!JsonNode.DeepEquals(app["virtualNetworkSubnetId"], deployment.Outputs["NETWORK_APP_SUBNET_ID"]))
                yield return "The app sends from another subnet.";
        }

        if (!Is(deployment.Outputs["DNS_ZONES"], "new") && deployment.Of("Microsoft.Network/privateDnsZones").Any())
            yield return "Zones are made beside the existing ones.";
        var group = deployment.Outputs["DNS_ZONES_RESOURCE_GROUP_ID"]!.GetValue<string>();
        foreach (var names in deployment.Of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Where(_ => group.Length > 0))
        {
            if (!names["properties"]!["privateDnsZoneConfigs"]!.AsArray().All(zone => zone!["properties"]!["privateDnsZoneId"]!.GetValue<string>().Contains(group.Split('/')[2], StringComparison.Ordinal)))
                yield return $"{names["name"]} is in other zones than those of the hub.";
        }
    }

    /// <summary>The app asks itself, from that address, whether a sender's key is valid.</summary>
    public static IEnumerable<string> ANatGatewayGivesOneAddress(Deployment deployment)
    {
        if (!Is(deployment.Outputs["NETWORK_NAT"], true))
            yield break;
        var subnet = deployment.Properties("Microsoft.Network/virtualNetworks")["subnets"]!.AsArray().Single(each => Is(each!["name"], "app"))!["properties"]!;
        if (subnet["natGateway"]?["id"] is null || !Is(subnet["defaultOutboundAccess"], false))
            yield return "The app reaches the internet past the NAT gateway.";
        if (deployment.IsAny("ingestAddresses") && !deployment.Properties("Microsoft.Web/sites")["siteConfig"]!["ipSecurityRestrictions"]!.ToJsonString().Contains("publicIPAddresses", StringComparison.Ordinal))
            yield return "The app cannot ask itself whether a key is valid.";
    }

    public static IEnumerable<string> EveryAlertTellsSomebody(Deployment deployment)
    {
        var alerts = deployment.Resources.Where(resource => Type(resource) is "Microsoft.Insights/scheduledQueryRules" or "Microsoft.Insights/metricAlerts").ToList();
        var expected = new List<string> { "dead-letters", "incident-open", "token-expires", "spans-held", "event-hub-throttled", "not-read" };
        if (deployment.Parameters.Contains("noEventsMinutes"))
            expected.Add("no-events");
        foreach (var name in expected.Select(each => "spanrelay-" + each).Except(alerts.Select(alert => alert["name"]!.GetValue<string>())))
            yield return $"The alert {name} is missing.";
        foreach (var alert in alerts.Where(alert => !Is(alert["properties"]!["enabled"], true) || !alert["properties"]!["actions"]!.ToJsonString().Contains("/actionGroups/", StringComparison.Ordinal)))
            yield return $"The alert {alert["name"]} tells nobody.";
        foreach (var alert in alerts.Where(alert => Type(alert) == "Microsoft.Insights/scheduledQueryRules" && !Is(alert["properties"]!["skipQueryValidation"], true)))
            yield return $"The alert {alert["name"]} fails where nothing has been logged yet.";
        foreach (var alert in alerts.Where(alert => alert["name"]!.GetValue<string>() == "spanrelay-not-read" && alert["properties"]!["criteria"]!["allOf"]!.AsArray().Count != 2))
            yield return $"The alert {alert["name"]} does not compare what comes with what is read.";
    }

    public static IEnumerable<string> OutputsHoldNoSecret(Deployment deployment) =>
        from output in deployment.Outputs
        where output.Value!.ToJsonString().Contains("canary", StringComparison.Ordinal) || output.Value.ToJsonString().Contains("list", StringComparison.Ordinal)
        select $"The output {output.Key} holds a secret.";

    private static IEnumerable<string> Differences(Deployment deployment, string type, Dictionary<string, object> expected)
    {
        return from resource in deployment.Of(type)
               from each in expected
               where !Is(resource["properties"]![each.Key], each.Value)
               select $"{type} should have {each.Key}: {each.Value}.";
    }

    private static bool Is(JsonNode? node, object value) => node is not null && JsonNode.DeepEquals(node, value switch
    {
        bool flag => flag,
        int number => number,
        _ => value.ToString(),
    });

    private static string Type(JsonObject resource) => resource["type"]!.GetValue<string>();
}
