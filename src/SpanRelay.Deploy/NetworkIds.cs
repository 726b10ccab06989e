using System.Text.RegularExpressions;

namespace SpanRelay.Deploy;

/// <summary>The settings that say which network and which private DNS zones are used. infra/types.bicep has the same choices.</summary>
internal static partial class NetworkIds
{
    private const string AppSubnet = "NETWORK_APP_SUBNET_ID";
    private const string EndpointSubnet = "NETWORK_ENDPOINT_SUBNET_ID";
    private const string Gateway = "GATEWAY_NETWORK_ID";
    private const string ZonesGroup = "DNS_ZONES_RESOURCE_GROUP_ID";

    public static IEnumerable<string> Problems(AzdProject project) => Network(project).Concat(Zones(project)).Concat(GatewayNetwork(project));

    private static IEnumerable<string> Network(AzdProject project)
    {
        var kind = project.Parameters.ValueOf("NETWORK_KIND", project);
        if (kind is not ("new" or "existing"))
            yield return "NETWORK_KIND takes new or existing. Run: azd env set NETWORK_KIND new";
        if (project.Setting("NETWORK_NAT") is { Length: > 0 } nat && !bool.TryParse(nat, out _))
            yield return "NETWORK_NAT takes true or false.";
        if (kind == "existing" && project.IsOn("NETWORK_NAT"))
            yield return "NETWORK_NAT is for a new network: in an existing one, its own routes and NAT gateway count. Run: azd env set NETWORK_NAT false";
        foreach (var (name, isNeeded) in new[] { (AppSubnet, kind == "existing"), (EndpointSubnet, kind == "existing" && project.IsOn("NETWORK_ISOLATION")) })
        {
            var id = project.Setting(name);
            if (id.Length > 0 && kind == "new")
                yield return $"{name} is set, and a new network is made all the same. Run: azd env set NETWORK_KIND existing";
            else if (id.Length > 0 ? !SubnetId.IsMatch(id) : isNeeded)
                yield return $"{name} takes the id of a subnet: /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<network>/subnets/<subnet>.";
        }

        var app = project.Setting(AppSubnet);
        if (app.Length > 0 && string.Equals(app, project.Setting(EndpointSubnet), StringComparison.OrdinalIgnoreCase))
            yield return $"{AppSubnet} and {EndpointSubnet} name the same subnet: the app's is delegated, and takes no private endpoints.";
        if (app.Split('/')[^1].Contains('_', StringComparison.Ordinal))
            yield return $"{AppSubnet} names a subnet with an underscore in its name, which Flex Consumption does not take.";
    }

    private static IEnumerable<string> Zones(AzdProject project)
    {
        var kind = project.Parameters.ValueOf("DNS_ZONES", project);
        var group = project.Setting(ZonesGroup);
        if (kind is not ("new" or "existing" or "policy"))
            yield return "DNS_ZONES takes new, existing or policy. Run: azd env set DNS_ZONES new";
        if (kind == "existing" && !GroupId.IsMatch(group))
            yield return $"{ZonesGroup} takes the id of the resource group with the private DNS zones: /subscriptions/<id>/resourceGroups/<group>.";
        else if (kind is "new" or "policy" && group.Length > 0)
            yield return $"{ZonesGroup} is set, and not used with DNS_ZONES {kind}. Run: azd env set DNS_ZONES existing";
        if (kind is "existing" or "policy" && project.Setting(Gateway).Length > 0)
            yield return $"{Gateway} is for new zones: others are linked where they are. Run: azd env set {Gateway}=";
    }

    private static IEnumerable<string> GatewayNetwork(AzdProject project)
    {
        if (project.Setting(Gateway) is { Length: > 0 } id && !NetworkId.IsMatch(id))
            yield return $"{Gateway} takes the id of a virtual network: /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<network>.";
    }

    [GeneratedRegex(Group + "$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex GroupId { get; }

    [GeneratedRegex(Group + Virtual + "$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NetworkId { get; }

    [GeneratedRegex(Group + Virtual + @"/subnets/[\w.-]{1,80}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SubnetId { get; }

    private const string Group = @"^/subscriptions/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/resourceGroups/[\w.()-]{1,90}";
    private const string Virtual = @"/providers/Microsoft\.Network/virtualNetworks/[\w.-]{1,80}";
}
