using System.Diagnostics.CodeAnalysis;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using SpanRelay.Settings;

namespace SpanRelay.DeadLetters;

/// <summary>The storage account for dead letters: one of their own, else the one that the Functions host uses. Its settings are a connection, as the Functions host has them.</summary>
public sealed record StorageOptions
{
    /// <summary>The connection to an account of their own.</summary>
    public const string OwnConnection = "DeadLetters";

    /// <summary>The Functions host's own connection.</summary>
    internal const string HostConnection = "AzureWebJobsStorage";

    /// <summary>What names an account: one of these, after the connection's name.</summary>
    private static readonly string[] Addresses = ["", "__accountName", "__blobServiceUri", "__queueServiceUri"];

    /// <summary>For local use. A secret. Null where the account is reached as an identity.</summary>
    /// <setting name="AzureWebJobsStorage">Connection string of the storage account of the Functions host, for local use. In Azure, `AzureWebJobsStorage__accountName` takes its place.</setting>
    /// <setting name="DeadLetters">Connection string of the storage account of the dead letters, for local use.</setting>
    public string? ConnectionString { get; init; }

    /// <setting name="AzureWebJobsStorage__accountName" default="required without a connection string">Name of the storage account of the Functions host, reached as an identity.</setting>
    /// <setting name="AzureWebJobsStorage__blobServiceUri, AzureWebJobsStorage__queueServiceUri">Its addresses, where they do not follow from its name.</setting>
    /// <setting name="AzureWebJobsStorage__tableServiceUri" read-by="the Functions host">Likewise.</setting>
    /// <setting name="DeadLetters__accountName" default="the account of the Functions host">Name of the storage account of the dead letters.</setting>
    /// <setting name="DeadLetters__blobServiceUri, DeadLetters__queueServiceUri">Its addresses, where they do not follow from its name.</setting>
    public Uri? BlobService { get; init; }

    public Uri? QueueService { get; init; }

    /// <summary>The identity's client id; null for the app's own.</summary>
    /// <setting name="AzureWebJobsStorage__clientId" default="the app's own identity">Client id of the identity for the account of the Functions host.</setting>
    /// <setting name="AzureWebJobsStorage__credential" read-by="the Functions host">`managedidentity`, for an identity other than the app's own.</setting>
    /// <setting name="DeadLetters__clientId" default="the app's own identity">Client id of the identity for the account of the dead letters.</setting>
    /// <setting name="DeadLetters__credential" read-by="the Functions host">`managedidentity`, for an identity other than the app's own.</setting>
    public string? ClientId { get; init; }

    /// <summary>The settings that name a storage account for dead letters.</summary>
    public static IReadOnlyList<string> AccountSettings { get; } = [.. Addresses.Select(address => OwnConnection + address), .. Addresses.Select(address => HostConnection + address)];

    /// <summary>The connection that the settings have: that of the dead letters where any of it is set.</summary>
    public static string ConnectionIn(SettingsReader settings) =>
        Addresses.Select(address => settings.Text(OwnConnection + address)).Any(value => value is not null) ? OwnConnection : HostConnection;

    /// <summary>Reads the settings of the connection. Problems are added to the reader; with any, the result must not be used.</summary>
    public static StorageOptions Read(SettingsReader settings)
    {
        var connection = ConnectionIn(settings);
        var options = Read(settings, connection);
        ReportMissing(settings, connection, options);
        if (connection == OwnConnection)
            _ = settings.Text($"{connection}__credential"); // The Functions host's.
        settings.ReportUnknown(OwnConnection);
        return options;
    }

    /// <summary>Reads the account of the Functions host, where its checkpoints are.</summary>
    /// <param name="letters">What <see cref="Read(SettingsReader)"/> returned.</param>
    internal static StorageOptions ReadHost(SettingsReader settings, StorageOptions letters) =>
        ConnectionIn(settings) == HostConnection ? letters : Read(settings, HostConnection);

    private static StorageOptions Read(SettingsReader settings, string connection)
    {
        var account = ReadAccount(settings, connection);
        return new StorageOptions
        {
            ConnectionString = ReadConnectionString(settings, connection),
            BlobService = ReadService(settings, connection, "blob", account),
            QueueService = ReadService(settings, connection, "queue", account),
            ClientId = settings.Text($"{connection}__clientId"),
        };
    }

    private static void ReportMissing(SettingsReader settings, string connection, StorageOptions options)
    {
        if (options.ConnectionString is not null || (options.BlobService is not null && options.QueueService is not null) || settings.Text(connection) is not null || settings.Text($"{connection}__accountName") is not null)
            return;
        if (connection == OwnConnection)
            settings.Report(connection, $"names half a storage account: set {connection}__accountName to its name, or both {connection}__blobServiceUri and {connection}__queueServiceUri.");
        else
            settings.Report(connection, $"is missing: dead letters need a storage account. Set {OwnConnection}__accountName to the name of one of their own, or {connection}__accountName to that of the Functions host; for local use, {connection} to a connection string.");
    }

    private static string? ReadConnectionString(SettingsReader settings, string connection)
    {
        if (settings.Text(connection) is not { } text)
            return null;
        try
        {
            _ = new BlobServiceClient(text);
            _ = new QueueServiceClient(text);
            return text;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            settings.Report(connection, $"is no connection string of a storage account, as the Azure portal shows it under Access keys. With an identity instead, leave it out and set {connection}__accountName.");
            return null;
        }
    }

    private static string? ReadAccount(SettingsReader settings, string connection)
    {
        var name = $"{connection}__accountName";
        if (settings.Text(name) is not { } account || (account.Length is >= 3 and <= 24 && account.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))))
            return settings.Text(name);

        settings.Report(name, "is no name of a storage account: it takes 3 to 24 lower-case letters and digits.");
        return null;
    }

    private static Uri? ReadService(SettingsReader settings, string connection, string service, string? account)
    {
        var name = $"{connection}__{service}ServiceUri";
        if (settings.Text(name) is not { } text)
            return account is null ? null : new Uri($"https://{account}.{service}.core.windows.net");
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.Query.Length == 0)
            return uri;

        settings.Report(name, $"is no https address: it looks like https://{{account}}.{service}.core.windows.net.");
        return null;
    }

    [MemberNotNullWhen(true, nameof(ConnectionString))]
    internal bool IsByConnectionString => ConnectionString is not null;
}
