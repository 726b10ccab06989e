using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Fakes.KeyVault;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host;
using SpanRelay.Local.Host.Configuration;
using SpanRelay.Local.Host.EventHubs;
using SpanRelay.Local.Host.Http;
using SpanRelay.Local.Host.Queues;
using SpanRelay.Local.Host.Timers;
using SpanRelay.Local.Storage;
using SpanRelay.Tokens;

namespace SpanRelay.Local;

/// <summary>
/// The whole system on one machine: an Event Hub with its HTTPS and AMQP endpoints, the function app and its host, storage and, unless a
/// real environment is given, stand-ins for Dynatrace and for the Key Vault that holds its token.
/// </summary>
public sealed class LocalSystem : IAsyncDisposable
{
    private const string StorageConnection = "AzureWebJobsStorage";
    private const string RotationFunction = "RotateToken";
    private const string RotationTokenSecret = "dynatrace-rotation-token";
    private const string QueryTokenVariable = "SPANRELAY_QUERY_TOKEN";

    private readonly StartedResources _started = new();
    private readonly LocalSystemOptions _options;
    private EventHubServer? _door;
    private FunctionsHost? _host;
    private ManagedIdentityServer? _identity;
    private HttpTrigger? _http;
    private DynatraceToken? _queryToken;

    private LocalSystem(LocalSystemOptions options)
    {
        _options = options;
        Hub = new LocalEventHub(options.EventHubName, options.PartitionCount, options.TimeProvider);
    }

    /// <summary>The Event Hub.</summary>
    public LocalEventHub Hub { get; }

    /// <summary>The hub's endpoints.</summary>
    public EventHubServer Door => _door!;

    /// <summary>The Dynatrace stand-in; null when a real environment was given.</summary>
    public DynatraceServer? Dynatrace { get; private set; }

    /// <summary>The token that the function app was started with and the stand-in accepts; null when a real environment was given.</summary>
    public DynatraceToken? Token { get; private set; }

    /// <summary>The vault that holds the stand-in's token; null when a real environment was given, or no vault is used.</summary>
    public LocalKeyVault? Vault { get; private set; }

    /// <summary>The storage account; null when the settings name another.</summary>
    public Azurite? Storage { get; private set; }

    /// <summary>The HTTP functions' addresses and keys.</summary>
    public HttpTrigger Http => _http!;

    /// <summary>Where exporters send traces, with the function key.</summary>
    public Uri IngestAddress => new(Http.Address, "v1/traces");

    /// <summary>The connection string of the storage account that the function app uses. A credential.</summary>
    public string StorageConnectionString => Settings()[StorageConnection];

    /// <summary>The name of the secret that holds the token.</summary>
    public static string TokenSecret => "dynatrace-token";

    /// <summary>The folder of the function app that runs.</summary>
    public string AppFolder { get; private set; } = "";

    /// <summary>Runs the function app.</summary>
    public FunctionsHost Host => _host!;

    /// <summary>Starts everything, each part after the parts that it depends on.</summary>
    /// <exception cref="LocalSystemException">Something cannot be started; nothing is left running.</exception>
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
            await system.StopAfterFailureAsync();
            if (exception is IOException or SocketException or UnauthorizedAccessException)
                throw new LocalSystemException(exception.Message, exception);
            throw;
        }
    }

    /// <summary>Completes when the function app has processed every event in the hub.</summary>
    /// <exception cref="LocalSystemException">The host stopped before that.</exception>
    public Task WhenIdleAsync(CancellationToken cancellationToken) => Host.WhenIdleAsync(cancellationToken);

    /// <summary>How far the function app has processed a partition.</summary>
    /// <returns>The sequence number of the last settled event; null before the first checkpoint.</returns>
    public Task<long?> ReadCheckpointAsync(int partition, CancellationToken cancellationToken) =>
        Checkpoints().ReadSequenceNumberAsync(partition.ToString(CultureInfo.InvariantCulture), cancellationToken);

    /// <summary>
    /// Rotates the token: lets the vault's newest version expire within days, and runs RotateToken now instead of at its time of
    /// day. <see cref="FunctionsHost.WhenAsync"/> tells when it has run.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no vault.</exception>
    public void RotateToken()
    {
        var vault = Vault ?? throw new InvalidOperationException("There is no local vault: the token was given with the real environment.");
        vault.SetNewestExpiry(TokenSecret, _options.TimeProvider.GetUtcNow().AddDays(10));
        Host.TryInvokeNow(RotationFunction);
    }

    /// <summary>Sends an event to the Event Hub, as a gateway does.</summary>
    /// <exception cref="HttpRequestException">The Event Hub refused it.</exception>
    public async Task SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, Door.SendAddress) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation("Authorization", Door.CreateSharedAccessSignature(TimeSpan.FromHours(1)));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var answer = await http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Stops everything, in reverse order; when something fails to stop, the rest is stopped all the same and the first failure is rethrown.</summary>
    public ValueTask DisposeAsync() => _started.DisposeAsync();

    /// <summary>The reason of the failed start matters more than a failure to stop afterwards.</summary>
    private async Task StopAfterFailureAsync() =>
        await DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task StartCoreAsync(CancellationToken cancellationToken)
    {
        CheckEnvironment();
        AppFolder = Path.GetFullPath(FunctionAppFolder.Find(_options.FunctionAppFolder, Environment.GetEnvironmentVariable(FunctionAppFolder.Variable)));
        if (!new AppSettings(_options.Settings).HasConnection(StorageConnection))
            Storage = _started.Add(await Azurite.StartAsync(StorageFolder(), _options.OnNotice, cancellationToken));
        if (_options.DynatraceEnvironment is null)
            await StartDynatraceAsync(cancellationToken);
        _door = _started.Add(await EventHubServer.StartAsync(
            Hub,
            HubOptions(),
            cancellationToken));
        _http = _started.Add(await HttpTrigger.StartAsync(cancellationToken));
        await ForgetEarlierHubsAsync(cancellationToken);
        _host = _started.Add(await FunctionsHost.StartAsync(HostOptions(AppFolder), cancellationToken));
        _http.InvokeNow = _host.TryInvokeNow;
        if (_options.StorageFolder is not null && Storage is not null)
            SystemFile.Write(Storage.Folder, this, CommandSettings());
    }

    /// <summary>The settings that commands need: also the stand-in's token for queries, without the token of a real environment. Some are credentials.</summary>
    public Dictionary<string, string> CommandSettings()
    {
        var settings = Settings();
        if (_options.DynatraceApiToken is not null)
            settings.Remove("Dynatrace__ApiToken");
        if (_queryToken is not null)
            settings[QueryTokenVariable] = _queryToken.Value;
        return settings;
    }

    private EventHubServerOptions HubOptions() => new()
    {
        Port = _options.EventHubPort,
        AmqpPort = _options.EventHubAmqpPort,
        TimeProvider = _options.TimeProvider,
        LoggerFactory = _options.LoggerFactory,
    };

    private BlobCheckpointStore Checkpoints() => Source().Checkpoints(StorageConnectionString);

    private EventHubSource Source() => EventHubSource.Parse(Door.ConnectionString, Hub.Name, EventHubSource.DefaultConsumerGroup);

    /// <summary>A hub's events are gone with its process: checkpoints from an earlier run would skip the new ones.</summary>
    private Task ForgetEarlierHubsAsync(CancellationToken cancellationToken)
    {
        var source = Source();
        return Checkpoints().DeleteAsync(Storage is null ? source.Namespace + "/" : source.FullyQualifiedNamespace, cancellationToken);
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
        Dynatrace = _started.Add(await DynatraceServer.StartAsync(options, cancellationToken));
        Token = SendsMetrics
            ? DynatraceToken.CreateClassic(DynatraceToken.ClassicIngestScope, DynatraceToken.ClassicMetricsScope)
            : DynatraceToken.CreateClassic();
        Dynatrace.AddToken(Token);
        _queryToken = DynatraceToken.CreatePlatform(DynatraceToken.PlatformSpansScope);
        Dynatrace.AddToken(_queryToken);
        if (_options.UsesKeyVault)
            await StartVaultAsync(Token, Dynatrace, cancellationToken);
    }

    private bool SendsMetrics => bool.TryParse(_options.Settings.GetValueOrDefault("GenAi__Metrics"), out var isOn) && isOn;

    private async Task StartVaultAsync(DynatraceToken token, DynatraceServer dynatrace, CancellationToken cancellationToken)
    {
        _identity = _started.Add(await ManagedIdentityServer.StartAsync(TimeProvider.System, _options.LoggerFactory, cancellationToken));
        Vault = _started.Add(await LocalKeyVault.StartAsync(_identity, _options.TimeProvider, _options.LoggerFactory, cancellationToken));
        var creator = DynatraceToken.CreateClassic("apiTokens.read", "apiTokens.write");
        dynatrace.AddToken(creator);
        Vault.Set(TokenSecret, token.Value);
        Vault.Set(RotationTokenSecret, creator.Value);
    }

    /// <summary>The given one, or a temporary one that is deleted after the run.</summary>
    private string StorageFolder()
    {
        if (_options.StorageFolder is { } folder)
            return folder;
        var ofThisRun = Directory.CreateTempSubdirectory("spanrelay-storage-");
        _started.Add(new FolderRemoval(ofThisRun));
        return ofThisRun.FullName;
    }

    private FunctionsHostOptions HostOptions(string folder) => new()
    {
        AppFolder = folder,
        Settings = Settings(),
        Triggers = [new EventHubTrigger(Hub), new QueueTrigger(), new TimerTrigger(), Http],
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
            ["WEBSITE_HOSTNAME"] = Http.Address.Authority,
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

    /// <summary>A given token is passed as a setting; the stand-in's is read from the vault, as in Azure.</summary>
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

    private sealed class FolderRemoval(DirectoryInfo folder) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
