namespace SpanRelay.Deploy;

/// <summary>How a gateway reaches what azd deployed.</summary>
/// <param name="Fields">What to enter; no secret.</param>
/// <param name="Host">The namespace's host.</param>
/// <param name="Hub">The hub's name.</param>
/// <param name="Sender">Whose policy signs.</param>
internal sealed record Connection(string Fields, string Host, string Hub, string Sender)
{
    /// <summary>The key that signs; null where it is not asked for.</summary>
    public string? Key { get; private init; }

    /// <summary>The key of ingest; null where it is not asked for.</summary>
    public string? IngestKey { get; private init; }

    /// <summary>Why there is no connection to describe.</summary>
    public string? Problem { get; private init; }

    public static async Task<Connection> ReadAsync(ConnectionRequest request)
    {
        try
        {
            using var http = new AzureHttp();
            return await ReadAsync(AzdProject.Open().Azd, http.Client, request);
        }
        catch (AzdException e)
        {
            return Failed(OneLine.From(e.Message, 1_000));
        }
    }

    public static async Task<Connection> ReadAsync(Azd azd, HttpClient http, ConnectionRequest request)
    {
        var values = await azd.GetValuesAsync();
        await Secrets.ForgetTypedAsync(azd, values);
        if (values.GetValueOrDefault("EVENTHUB_HOST", "").Length == 0)
            return Failed("This azd environment is not deployed, or not known here. Run \"azd up\", or \"azd env refresh\".");
        var senders = Senders.From(values);
        var connection = new Connection(GatewayFields.From(values), values["EVENTHUB_HOST"], values.GetValueOrDefault("EVENTHUB_NAME", ""), request.Sender ?? senders[0]);
        if (FindProblem(request, OpenDoors.From(values), senders) is { } problem)
            return Failed(problem);
        if (!request.Signature && !request.IngestKey)
            return connection;
        if (await azd.AccessTokenAsync() is not { } token)
            return Failed("You are not logged in to Azure. Run \"azd auth login\".");
        return await connection.WithKeysAsync(request, new ResourceManager(http, token), values);
    }

    private static string? FindProblem(ConnectionRequest request, OpenDoors doors, IReadOnlyList<string> senders)
    {
        if (request.Signature && !doors.Messages)
            return "The Event Hub takes no keys. Run \"azd env set DOORS messages\" (or both), then \"azd provision\".";
        if (request.IngestKey && !doors.Ingest)
            return "Ingest is not open. Run \"azd env set DOORS ingest\" (or both), then \"azd provision\".";
        return request.Sender is null || senders.Contains(request.Sender) ? null : $"--sender takes one of {string.Join(", ", senders)}. SENDERS names them.";
    }

    private async Task<Connection> WithKeysAsync(ConnectionRequest request, ResourceManager azure, IReadOnlyDictionary<string, string> values)
    {
        var (key, problem) = request.Signature
            ? await azure.ReadHubKeyAsync($"{values.GetValueOrDefault("EVENTHUB_NAMESPACE_ID")}/eventhubs/{Hub}", Sender, request.Secondary)
            : (null, null);
        if (problem is not null)
            return Failed(problem);
        (var ingestKey, problem) = request.IngestKey ? await azure.ReadFunctionKeyAsync(values.GetValueOrDefault("FUNCTION_APP_ID", ""), "IngestKey") : (null, null);
        return problem is null ? this with { Key = key, IngestKey = ingestKey } : Failed(problem);
    }

    private static Connection Failed(string problem) => new("", "", "", "") { Problem = problem };
}
