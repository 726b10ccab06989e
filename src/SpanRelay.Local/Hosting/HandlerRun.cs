using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SpanRelay.Local.Hosting;

/// <summary>One start of the handler, from its launch to its exit.</summary>
internal sealed class HandlerRun : IDisposable
{
    // What belongs to another run or to the machine, not to the function app started here.
    private static readonly string[] NotInherited = ["Dynatrace__", "Relay__", "Redaction__", "EVENTHUB", "AzureWebJobsStorage", "IDENTITY_", "AZURE_CLIENT_ID", "SPANRELAY_LOCAL_"];
    private static readonly TimeSpan LastLinesWait = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly Task _output;

    private HandlerRun(Process process, Uri address, Action<HandlerOutput> onOutput)
    {
        _process = process;
        Address = address;
        ProcessId = process.Id;
        _output = Task.WhenAll(PumpAsync(process.StandardOutput, false, onOutput), PumpAsync(process.StandardError, true, onOutput));
    }

    /// <summary>Where it was told to listen.</summary>
    public Uri Address { get; }

    public int ProcessId { get; }

    /// <summary>It was ended on purpose, which is no crash.</summary>
    public bool IsEndedOnPurpose { get; private set; }

    /// <exception cref="LocalSystemException">The executable cannot be started.</exception>
    public static HandlerRun Start(HandlerOptions options, Action<HandlerOutput> onOutput)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(options.Executable, options.Arguments)
        {
            WorkingDirectory = options.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        SetEnvironment(start.Environment, options.Settings, port);
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return new HandlerRun(process, new Uri($"http://127.0.0.1:{port}/"), onOutput);
        }
        catch (Win32Exception exception)
        {
            throw new LocalSystemException(
                $"The function app's executable {options.Executable} cannot be started: {exception.Message} It must be built for this machine and have the executable bit.",
                exception);
        }
    }

    /// <returns>The exit code, once the last lines were read too.</returns>
    public async Task<int> WhenExitedAsync()
    {
        await _process.WaitForExitAsync();
        // A child of the handler that outlives it keeps the pipes open: not waited for.
        await Task.WhenAny(_output, Task.Delay(LastLinesWait, TimeProvider.System));
        return _process.ExitCode;
    }

    public void Kill(bool onPurpose)
    {
        IsEndedOnPurpose |= onPurpose;
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has exited already, or is about to.
        }
    }

    public void Dispose() => _process.Dispose();

    private static async Task PumpAsync(StreamReader reader, bool isError, Action<HandlerOutput> onOutput)
    {
        while (await reader.ReadLineAsync() is { } line) onOutput(new HandlerOutput(line, isError));
    }

    private static void SetEnvironment(IDictionary<string, string?> environment, IReadOnlyDictionary<string, string> settings, int port)
    {
        var unrelated = environment.Keys.Where(name =>
            NotInherited.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));
        foreach (var name in unrelated.ToList()) environment.Remove(name);
        foreach (var (name, value) in settings) environment[name] = value;
        environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
