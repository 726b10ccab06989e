using System.Diagnostics.CodeAnalysis;
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
        var account = settings.Text($"{Connection}__accountName");
        var options = new StorageOptions
        {
            ConnectionString = settings.Text(Connection),
            BlobService = ReadService(settings, "blob", account),
            QueueService = ReadService(settings, "queue", account),
            ClientId = settings.Text($"{Connection}__clientId"),
        };
        if (options.ConnectionString is null && (options.BlobService is null || options.QueueService is null))
            settings.Report(Connection, $"is missing: dead letters need the storage account that the Functions host uses. Set {Connection}__accountName to its name, or, for local use, {Connection} to a connection string.");
        return options;
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
