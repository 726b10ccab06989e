using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace SpanRelay.Local.Storage;

/// <summary>Azurite, the storage emulator, as a process: blobs and queues on free ports, with data in a folder that is kept.</summary>
public sealed partial class Azurite : IAsyncDisposable
{
    private const string Account = "spanrelay";
    private const string Script = "azurite/dist/src/azurite.js";

    // Stops cleanly when its standard input closes: on request, or when the parent process dies for any reason. Azurite handles
    // SIGTERM only once it has started, and only once, so until then the signal is repeated, and after a while it ends all the same:
    // it may have had the signal before. A closed terminal ends the parent process, not it.
    private const string StopsWithItsInput =
        "data:text/javascript,let n=0;process.on('SIGHUP',()=>{});process.stdin.resume().once('close',function end(){"
        + "n||setTimeout(()=>process.exit(1),15e3).unref();process.emit('SIGTERM')||n++<500&&setTimeout(end,20)||process.exit(1)})";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    // New on every start: the data belongs to the account name, not to the key.
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
    private readonly string _script;
    private readonly FolderClaim _claim;
    private Process? _process;

    private Azurite(string script, string folder, FolderClaim claim)
    {
        _script = script;
        _claim = claim;
        Folder = folder;
    }

    /// <summary>Where its data is.</summary>
    public string Folder { get; }

    /// <summary>The blob service's address, with the account.</summary>
    public Uri BlobService { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>The queue service's address, with the account.</summary>
    public Uri QueueService { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>A credential.</summary>
    public string ConnectionString => ConnectionStringFor(BlobService, QueueService);

    /// <param name="folder">Created if it does not exist.</param>
    /// <param name="onNotice">Called when npm must install it first.</param>
    /// <exception cref="LocalSystemException">It cannot be installed or started, or another one has the folder.</exception>
    public static async Task<Azurite> StartAsync(string folder, Action<string>? onNotice = null, CancellationToken cancellationToken = default)
    {
        var script = await NodePackages.FindAsync(Script, onNotice, cancellationToken);
        var fullFolder = Path.GetFullPath(folder);
        var azurite = new Azurite(script, fullFolder, FolderClaim.Take(fullFolder));
        try
        {
            await azurite._claim.WhenEarlierProcessEndedAsync(cancellationToken);
            await azurite.StartAsync(cancellationToken);
            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connection string for the services at other addresses: those of something that forwards to them.</summary>
    public string ConnectionStringFor(Uri blobs, Uri queues) => string.Join(
        ';',
        "DefaultEndpointsProtocol=http",
        $"AccountName={Account}",
        $"AccountKey={_key}",
        $"BlobEndpoint={new Uri(blobs, "/" + Account)}",
        $"QueueEndpoint={new Uri(queues, "/" + Account)}") + ";";

    /// <summary>Starts it, again after <see cref="StopAsync"/>: on the ports it had, with the data it had.</summary>
    /// <exception cref="LocalSystemException">It does not start.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node",
        [
            "--import", StopsWithItsInput, _script,
            "--blobHost", "127.0.0.1", "--blobPort", Port(BlobService),
            "--queueHost", "127.0.0.1", "--queuePort", Port(QueueService),
            "--tableHost", "127.0.0.1", "--tablePort", "0", // Cannot be switched off.
            "--location", Folder, "--silent", "--skipApiVersionCheck", "--disableTelemetry",
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{_key}";
        _process = NodePackages.StartNode(start);
        _claim.Note(_process.Id);
        _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var timer = new CancellationTokenSource(StartTimeout, TimeProvider.System);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            await WhenListeningAsync(_process.StandardOutput, timeout.Token);
            _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException)
        {
            await StopAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw new LocalSystemException($"Azurite did not start with its data in {Folder}: {exception.Message} Check that every file in that folder is readable and writable.", exception);
        }
    }

    /// <summary>Stops it after it has written its data.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
            return;

        _process = null;
        using (process)
        {
            process.StandardInput.Close();
            using var timeout = new CancellationTokenSource(StopTimeout, TimeProvider.System);
            await process.WaitForExitAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Stops it and releases its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        finally
        {
            _claim.Dispose();
        }
    }

    private static string Port(Uri service) => service.Port.ToString(CultureInfo.InvariantCulture);

    // The unused table service starts last; only then does Azurite write its data when it is stopped.
    private async Task WhenListeningAsync(StreamReader output, CancellationToken cancellationToken)
    {
        var listening = new HashSet<string>();
        while (listening.Count < 3)
        {
            var line = await output.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("the process exited during start-up.");
            var match = Listening().Match(line);
            if (!match.Success)
                continue;

            var service = new Uri($"http://127.0.0.1:{match.Groups["port"].Value}/{Account}");
            if (match.Groups["service"].Value == "Blob")
                BlobService = service;
            else if (match.Groups["service"].Value == "Queue")
                QueueService = service;
            listening.Add(match.Groups["service"].Value);
        }
    }

    [GeneratedRegex(@"Azurite (?<service>Blob|Queue|Table) service is successfully listening at http://127\.0\.0\.1:(?<port>\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Listening();
}
