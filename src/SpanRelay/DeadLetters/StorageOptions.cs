using System.Diagnostics.CodeAnalysis;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using SpanRelay.Settings;

namespace SpanRelay.DeadLetters;

/// <summary>The storage account for dead letters: the one that the Functions host uses, by the host's own settings.</summary>
public sealed record StorageOptions
{
    private const string Connection = "AzureWebJobsStorage";

    /// <summary>For local use. A secret. Null where the account is reached as an identity.</summary>
    public string? ConnectionString { get; init; }

    public Uri? BlobService { get; init; }

    public Uri? QueueService { get; init; }

    /// <summary>The identity's client id; null for the app's own.</summary>
    public string? ClientId { get; init; }

    /// <summary>Reads the settings of the connection. What is wrong stands in the reader's problems; with any, the result is not to be used.</summary>
    public static StorageOptions Read(SettingsReader settings)
    {
        var account = ReadAccount(settings);
        var options = new StorageOptions
        {
            ConnectionString = ReadConnectionString(settings),
            BlobService = ReadService(settings, "blob", account),
            QueueService = ReadService(settings, "queue", account),
            ClientId = settings.Text($"{Connection}__clientId"),
        };
        if (options.ConnectionString is null && (options.BlobService is null || options.QueueService is null) && settings.Text(Connection) is null && settings.Text($"{Connection}__accountName") is null)
            settings.Report(Connection, $"is missing: dead letters need the storage account that the Functions host uses. Set {Connection}__accountName to its name, or, for local use, {Connection} to a connection string.");
        return options;
    }

    private static string? ReadConnectionString(SettingsReader settings)
    {
        if (settings.Text(Connection) is not { } text)
            return null;
        try
        {
            _ = new BlobServiceClient(text);
            _ = new QueueServiceClient(text);
            return text;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            settings.Report(Connection, "is no connection string of a storage account, as the Azure portal shows it under Access keys. With an identity instead, leave it out and set AzureWebJobsStorage__accountName.");
            return null;
        }
    }

    private static string? ReadAccount(SettingsReader settings)
    {
        const string Name = $"{Connection}__accountName";
        if (settings.Text(Name) is not { } account || (account.Length is >= 3 and <= 24 && account.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))))
            return settings.Text(Name);

        settings.Report(Name, "is no name of a storage account: it takes 3 to 24 lower-case letters and digits.");
        return null;
    }

    private static Uri? ReadService(SettingsReader settings, string service, string? account)
    {
        var name = $"{Connection}__{service}ServiceUri";
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
