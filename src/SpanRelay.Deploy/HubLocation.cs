namespace SpanRelay.Deploy;

/// <summary>Finds an Event Hub's resource id: by what is given, else by azd's environment.</summary>
/// <param name="Host">The namespace's host.</param>
/// <param name="Hub">The hub's name.</param>
/// <param name="Subscription">Its id; null for that of azd's environment.</param>
/// <param name="ResourceGroup">Null for that of azd's environment.</param>
internal sealed record HubLocation(string Host, string Hub, string? Subscription, string? ResourceGroup)
{
    /// <summary>What a message says where the id is not known.</summary>
    public const string Hint = "name --subscription and --resource-group, or run it in the repository, whose azd environment has them";

    /// <returns>Null where neither says where it is.</returns>
    public async Task<string?> FindAsync(Azd? azd)
    {
        var values = Subscription is null || ResourceGroup is null ? await ValuesAsync(azd) : new Dictionary<string, string>();
        var known = values.GetValueOrDefault("EVENTHUB_NAMESPACE_ID", "");
        if (Subscription is null && ResourceGroup is null && known.Length > 0 && string.Equals(values.GetValueOrDefault("EVENTHUB_HOST"), Host, StringComparison.OrdinalIgnoreCase))
            return $"{known}/eventhubs/{Hub}";
        var subscription = Subscription ?? values.GetValueOrDefault("AZURE_SUBSCRIPTION_ID", "");
        var group = ResourceGroup ?? values.GetValueOrDefault("AZURE_RESOURCE_GROUP", "");
        return subscription.Length == 0 || group.Length == 0
            ? null
            : $"/subscriptions/{Uri.EscapeDataString(subscription)}/resourceGroups/{Uri.EscapeDataString(group)}/providers/Microsoft.EventHub/namespaces/{Host.Split('.')[0]}/eventhubs/{Hub}";
    }

    private static async Task<IReadOnlyDictionary<string, string>> ValuesAsync(Azd? azd)
    {
        try
        {
            return azd is null ? new Dictionary<string, string>() : await azd.GetValuesAsync();
        }
        catch (AzdException)
        {
            return new Dictionary<string, string>(); // It is one of two ways to say where the hub is.
        }
    }
}
