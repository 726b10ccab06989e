using SpanRelay.DeadLetters;
using SpanRelay.Local;
using SpanRelay.Local.Storage;

namespace SpanRelay.Cli;

/// <summary>
/// Finds the local system for a command whose environment names no storage account: the running one, or else the data of the last one,
/// whose storage account is then started for as long as the command runs.
/// </summary>
internal sealed class LocalAccess : IAsyncDisposable
{
    private const string Storage = "AzureWebJobsStorage";

    // Of a file, no others are put into the environment.
    private static readonly string[] Known = ["Dynatrace__", "Relay__", "Redaction__", "EVENTHUB", "DeadLetters", "AzureWebJobsStorage", "IDENTITY_", "AZURE_CLIENT_ID", "SPANRELAY_LOCAL_"];
    private static readonly string[] OfDynatrace = ["Dynatrace__", "IDENTITY_", "AZURE_CLIENT_ID", "SPANRELAY_LOCAL_"];

    /// <summary>Another command may have the folder for a moment, or a run may just be starting.</summary>
    private static readonly TimeSpan ClaimTimeout = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Azurite? _azurite;

    private LocalAccess(SystemFile? system, Azurite? azurite) => (System, _azurite) = (system, azurite);

    /// <summary>The running system; null when there is none.</summary>
    public SystemFile? System { get; }

    /// <summary>Puts the local system's settings where the environment has none: what is set there counts.</summary>
    /// <param name="dataFolder">The option; null when it is not given.</param>
    /// <returns>Nothing to dispose when the environment names a storage account.</returns>
    /// <exception cref="LocalSystemException">There is no local system, or its storage account cannot be started.</exception>
    public static async Task<LocalAccess> OpenAsync(string? dataFolder, CancellationToken cancellationToken)
    {
        if (dataFolder is null && StorageOptions.AccountSettings.Any(name => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(name))))
            return new LocalAccess(null, null);

        var folder = dataFolder ?? SystemFile.LastDataFolder;
        if (!SystemFile.IsDataFolder(folder))
            throw new LocalSystemException(dataFolder is null
                ? $"There is no storage account to look into: neither DeadLetters__accountName nor {Storage}__accountName is set, and no local system has run yet (spanrelay run)."
                : $"--data names a folder without the data of a local system: {folder}.");

        var access = await FindAsync(folder, cancellationToken);
        if (dataFolder is not null)
            StorageOptions.AccountSettings.ToList().ForEach(name => Environment.SetEnvironmentVariable(name, null));
        access.Apply();

        await Console.Error.WriteLineAsync(access.System is { } system
            ? $"The local system of process {system.ProcessId}, with its data in {OneLine.From(folder, 300)}."
            : $"No local system is running. Its storage account is started for this command, with the data in {OneLine.From(folder, 300)}.");
        return access;
    }

    /// <param name="dataFolder">The option; null when it is not given.</param>
    /// <exception cref="LocalSystemException">No local system is running.</exception>
    public static SystemFile GetRunning(string? dataFolder)
    {
        var folder = dataFolder ?? SystemFile.LastDataFolder;
        return SystemFile.Read(folder) is { IsRunning: true, SendAddress: not null } system
            ? system
            : throw new LocalSystemException($"No local system is running with its data in {folder}. Start one: spanrelay run");
    }

    /// <summary>Uses the running local system's Dynatrace and Key Vault, unless the environment names others.</summary>
    /// <exception cref="LocalSystemException">The option names a folder without a running system.</exception>
    public static void UseRunning(string? dataFolder)
    {
        if (dataFolder is not null)
            new LocalAccess(GetRunning(dataFolder), null).Apply();
        else if (SystemFile.Read(SystemFile.LastDataFolder) is { IsRunning: true } system)
            new LocalAccess(system, null).Apply();
    }

    public ValueTask DisposeAsync() => _azurite?.DisposeAsync() ?? ValueTask.CompletedTask;

    private IEnumerable<KeyValuePair<string, string>> Settings => System?.Settings ?? new Dictionary<string, string> { [Storage] = _azurite!.ConnectionString };

    /// <summary>An environment that names a Dynatrace names its token too: the two are never mixed with the local ones.</summary>
    private void Apply()
    {
        var hasDynatrace = Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name.StartsWith("Dynatrace__", StringComparison.OrdinalIgnoreCase));
        foreach (var (name, value) in Settings.Where(each => StartsWithAny(each.Key, Known) && !(hasDynatrace && StartsWithAny(each.Key, OfDynatrace))))
        {
            if (string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(name)))
                Environment.SetEnvironmentVariable(name, value);
        }
    }

    private static bool StartsWithAny(string name, string[] beginnings) => beginnings.Any(beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));

    private static async Task<LocalAccess> FindAsync(string folder, CancellationToken cancellationToken)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ; await Task.Delay(Pause, TimeProvider.System, cancellationToken))
        {
            if (SystemFile.Read(folder) is { IsRunning: true } system)
                return new LocalAccess(system, null);
            try
            {
                return new LocalAccess(null, await Azurite.StartAsync(folder, Console.Error.WriteLine, cancellationToken));
            }
            catch (FolderInUseException) when (TimeProvider.System.GetElapsedTime(started) < ClaimTimeout)
            {
                // Until it is released, or says who has it.
            }
        }
    }
}
