namespace SpanRelay.Deploy;

/// <summary>How a gateway reaches what azd deployed.</summary>
/// <param name="Fields">What to enter; no secret.</param>
/// <param name="Host">The namespace's host.</param>
/// <param name="Hub">The hub's name.</param>
/// <param name="Key">The key that signs; null where it is not asked for.</param>
/// <param name="Problem">Why there is none of all this.</param>
internal sealed record Connection(string Fields, string Host, string Hub, string? Key, string? Problem)
{
    public static async Task<Connection> ReadAsync(bool withKey)
    {
        try
        {
            using var http = new AzureHttp();
            return await ReadAsync(AzdProject.Open().Azd, http.Client, withKey);
        }
        catch (AzdException e)
        {
            return Failed(OneLine.From(e.Message, 1_000));
        }
    }

    public static async Task<Connection> ReadAsync(Azd azd, HttpClient http, bool withKey)
    {
        var values = await azd.GetValuesAsync();
        string Of(string name) => values.GetValueOrDefault(name, "");
        if (Of("EVENTHUB_HOST").Length == 0)
            return Failed("This azd environment is not deployed, or not known here. Run \"azd up\", or \"azd env refresh\".");
        var connection = new Connection(GatewayFields.From(values), Of("EVENTHUB_HOST"), Of("EVENTHUB_NAME"), null, null);
        if (!withKey)
            return connection;
        if (!bool.TryParse(Of("STRAIGHT_SAS"), out var straight) || !straight)
            return Failed("The Event Hub takes no keys. Run \"azd env set STRAIGHT_SAS true\", then \"azd provision\".");

        var key = await azd.AccessTokenAsync() is { } token
            ? await new ResourceManager(http, token).ReadKeyAsync($"{Of("EVENTHUB_NAMESPACE_ID")}/eventhubs/{Of("EVENTHUB_NAME")}", "send")
            : null;
        return key is null ? Failed("Azure does not give the key of the policy send. Run \"azd auth login\"; you need the role Azure Event Hubs Data Owner or Contributor.") : connection with { Key = key };
    }

    private static Connection Failed(string problem) => new("", "", "", null, problem);
}
