using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Fakes.KeyVault;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Hosting;
using SpanRelay.Local.Storage;
using SpanRelay.Redaction.Detectors.Credentials;
using SpanRelay.Tokens;

namespace SpanRelay.Local;

/// <summary>
/// The whole system on one machine: an event hub, its door, the function app's host and, unless a real environment is wanted,
/// Dynatrace and the Key Vault with its token.
/// </summary>
public sealed class LocalSystem : IAsyncDisposable
{
    private const string StorageConnection = "AzureWebJobsStorage";
    private const string RotationTokenSecret = "dynatrace-rotation-token";

    private readonly Stack<IAsyncDisposable> _started = new();
    private readonly LocalSystemOptions _options;
    private EventHubServer? _door;
    private FunctionsHost? _host;
    private ManagedIdentityServer? _identity;
    private HttpTrigger? _http;

    private LocalSystem(LocalSystemOptions options)
    {
        _options = options;
        Hub = new LocalEventHub(options.EventHubName, options.PartitionCount, options.TimeProvider);
        Checkpoints = new EventHubCheckpoints(Hub);
    }

    /// <summary>The event hub.</summary>
    public LocalEventHub Hub { get; }

    /// <summary>How far the function app got with it.</summary>
    public EventHubCheckpoints Checkpoints { get; }

    /// <summary>Where senders send to.</summary>
    public EventHubServer Door => _door!;

    /// <summary>The Dynatrace stand-in; null when a real environment was given.</summary>
    public DynatraceServer? Dynatrace { get; private set; }

    /// <summary>The token the function app was started with, known to the stand-in; null when a real environment was given.</summary>
    public DynatraceToken? Token { get; private set; }

    /// <summary>The vault that holds the stand-in's token; null when a real environment was given, or no vault is used.</summary>
    public LocalKeyVault? Vault { get; private set; }

    /// <summary>The storage account; null when the settings name another.</summary>
    public Azurite? Storage { get; private set; }

    /// <summary>Where the HTTP functions are, and their keys.</summary>
    public HttpTrigger Http => _http!;

    /// <summary>Of the storage account that the function app uses. A credential.</summary>
    public string StorageConnectionString => Settings()[StorageConnection];

    /// <summary>The name of the secret that holds the token.</summary>
    public static string TokenSecret => "dynatrace-token";

    /// <summary>Tells functions what happens in the vault.</summary>
    public EventGridTopic Events { get; } = new();

    /// <summary>Runs the function app.</summary>
    public FunctionsHost Host => _host!;

    /// <summary>Starts everything, from what is called to what calls.</summary>
    /// <exception cref="LocalSystemException">Something cannot be started; then nothing runs any more.</exception>
    public static async Task<LocalSystem> StartAsync(LocalSystemOptions? options = null, CancellationToken cancellationToken = default)
    {
        var system = new LocalSystem(options ?? new LocalSystemOptions());
        try
        {
            await system.StartCoreAsync(cancellationToken);
            return system;
        }
        catch (Exception exception)
        {
            await system.DisposeAsync();
            if (exception is IOException)
                throw new LocalSystemException(exception.Message, exception);
            throw;
        }
    }

    /// <summary>Completes when the function app has processed every event in the hub.</summary>
    /// <exception cref="LocalSystemException">The host stopped by itself before that.</exception>
    public Task WhenIdleAsync(CancellationToken cancellationToken) => Host.WhenIdleAsync(cancellationToken);

    /// <summary>
    /// Has the token rotated as its near expiry does: the vault raises its event, and the function app makes a new token, while
    /// the old one works until the overlap is over. <see cref="FunctionsHost.WhenAsync"/> tells when it was invoked.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no vault.</exception>
    public void RotateToken()
    {
        var vault = Vault ?? throw new InvalidOperationException("A real environment was given, and with it its token.");
        Events.PublishSecretNearExpiry(
            vault.Address, TokenSecret, vault.NewestVersion(TokenSecret)!, vault.NewestExpiry(TokenSecret), _options.TimeProvider.GetUtcNow());
    }

    /// <summary>Stops everything in the reverse order.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var started))
            await started.DisposeAsync();
    }

    private async Task StartCoreAsync(CancellationToken cancellationToken)
    {
        CheckEnvironment();
        var folder = FunctionAppFolder.Find(_options.FunctionAppFolder, Environment.GetEnvironmentVariable(FunctionAppFolder.Variable));
        if (!new AppSettings(_options.Settings).HasConnection(StorageConnection))
            Storage = Own(await Azurite.StartAsync(StorageFolder(), _options.OnNotice, cancellationToken));
        if (_options.DynatraceEnvironment is null)
            await StartDynatraceAsync(cancellationToken);
        _door = Own(await EventHubServer.StartAsync(
            Hub,
            new EventHubServerOptions { Port = _options.EventHubPort, TimeProvider = _options.TimeProvider, LoggerFactory = _options.LoggerFactory },
            cancellationToken));
        _http = Own(await HttpTrigger.StartAsync(cancellationToken));
        _host = Own(await FunctionsHost.StartAsync(HostOptions(folder), cancellationToken));
    }

    private async Task StartDynatraceAsync(CancellationToken cancellationToken)
    {
        var options = new DynatraceServerOptions
        {
            Port = _options.DynatracePort,
            TimeProvider = _options.TimeProvider,
            OnRequest = _options.OnDynatraceRequest,
            LoggerFactory = _options.LoggerFactory,
        };
        Dynatrace = Own(await DynatraceServer.StartAsync(options, cancellationToken));
        Token = DynatraceToken.CreateClassic();
        Dynatrace.AddToken(Token);
        if (_options.UsesKeyVault)
            await StartVaultAsync(Token, Dynatrace, cancellationToken);
    }

    private async Task StartVaultAsync(DynatraceToken token, DynatraceServer dynatrace, CancellationToken cancellationToken)
    {
        _identity = Own(await ManagedIdentityServer.StartAsync(TimeProvider.System, _options.LoggerFactory, cancellationToken));
        Vault = Own(await LocalKeyVault.StartAsync(_identity, _options.TimeProvider, _options.LoggerFactory, cancellationToken));
        var creator = DynatraceToken.CreateClassic("apiTokens.read", "apiTokens.write");
        dynatrace.AddToken(creator);
        Vault.Set(TokenSecret, token.Value);
        Vault.Set(RotationTokenSecret, creator.Value);
    }

    /// <summary>The given one, or one of this run's own, which goes with it.</summary>
    private string StorageFolder()
    {
        if (_options.StorageFolder is { } folder)
            return folder;
        var ofThisRun = Directory.CreateTempSubdirectory("spanrelay-storage-");
        _started.Push(new FolderRemoval(ofThisRun));
        return ofThisRun.FullName;
    }

    private FunctionsHostOptions HostOptions(string folder) => new()
    {
        AppFolder = folder,
        Settings = Settings(),
        Triggers = [new EventHubTrigger(Hub, Checkpoints), new EventGridTrigger(Events), new QueueTrigger(), Http],
        ShutdownGrace = _options.ShutdownGrace,
        TimeProvider = _options.TimeProvider,
        InvocationCompleted = _options.InvocationCompleted,
        OnOutput = _options.OnOutput,
        LoggerFactory = _options.LoggerFactory,
    };

    private Dictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>
        {
            ["EVENTHUB_NAME"] = Hub.Name,
            ["EVENTHUB"] = Door.ConnectionString,
            ["Dynatrace__Environment"] = _options.DynatraceEnvironment ?? Dynatrace!.BaseAddress.GetLeftPart(UriPartial.Authority),
        };
        if (Storage is not null)
            settings[StorageConnection] = Storage.ConnectionString;
        foreach (var (name, value) in TokenSettings())
            settings[name] = value;
        foreach (var (name, value) in _options.Settings)
            settings[name] = value;
        return settings;
    }

    /// <summary>A given token as it is; the stand-in's by way of the vault, as in Azure.</summary>
    private Dictionary<string, string> TokenSettings()
    {
        if (Vault is null)
            return new() { ["Dynatrace__ApiToken"] = _options.DynatraceApiToken ?? Token!.Value };
        var settings = new Dictionary<string, string>(_identity!.Settings)
        {
            ["Dynatrace__TokenSecretUri"] = Vault.SecretUri(TokenSecret).AbsoluteUri,
            ["Dynatrace__RotationTokenSecretUri"] = Vault.SecretUri(RotationTokenSecret).AbsoluteUri,
            ["Dynatrace__TokenOverlap"] = "00:00:15",
        };
        foreach (var (name, value) in Vault.Settings)
            settings[name] = value;
        return settings;
    }

    private void CheckEnvironment()
    {
        if (_options.DynatraceEnvironment is null == _options.DynatraceApiToken is null)
            return;
        throw new LocalSystemException(
            "A Dynatrace environment and its token go together: give both Dynatrace__Environment and Dynatrace__ApiToken, or neither to run the stand-in.");
    }

    private T Own<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Push(started);
        return started;
    }

    private sealed class FolderRemoval(DirectoryInfo folder) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
