using System.Diagnostics;
using System.Globalization;

namespace SpanRelay.Local.Host.Worker;

/// <summary>The worker's command line and environment, as the Functions host sets them.</summary>
internal static class WorkerCommand
{
    // Settings of another run or of the machine, not of the function app that is started here.
    private static readonly string[] NotInherited = ["Dynatrace__", "Relay__", "Redaction__", "EVENTHUB", "DeadLetters", "AzureWebJobs", "AzureFunctions", "FUNCTIONS_", "IDENTITY_", "AZURE_CLIENT_ID", "SPANRELAY_LOCAL_"];

    public static ProcessStartInfo Create(WorkerStart start)
    {
        var info = new ProcessStartInfo
        {
            WorkingDirectory = start.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var host = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        string[] command = [.. ParentGuard.Prefix(host), "dotnet", start.Assembly, .. Arguments(start)];
        info.FileName = command[0];
        foreach (var argument in command[1..]) info.ArgumentList.Add(argument);
        SetEnvironment(info.Environment, start);
        return info;
    }

    /// <summary>The short names are those of hosts before 4.28; both are given, as the host gives them.</summary>
    private static string[] Arguments(WorkerStart start)
    {
        var port = start.Host.Port.ToString(CultureInfo.InvariantCulture);
        var maxLength = int.MaxValue.ToString(CultureInfo.InvariantCulture);
        var request = Guid.NewGuid().ToString();
        return
        [
            "--host", start.Host.Host, "--port", port, "--workerId", start.WorkerId, "--requestId", request, "--grpcMaxMessageLength", maxLength,
            "--functions-uri", start.Host.AbsoluteUri, "--functions-worker-id", start.WorkerId, "--functions-request-id", request,
            "--functions-grpc-max-message-length", maxLength,
        ];
    }

    private static void SetEnvironment(IDictionary<string, string?> environment, WorkerStart start)
    {
        var unrelated = environment.Keys.Where(name => NotInherited.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));
        foreach (var name in unrelated.ToList()) environment.Remove(name);
        foreach (var (name, value) in start.Settings) environment[name] = value;
        environment["FUNCTIONS_WORKER_DIRECTORY"] = start.Folder;
        environment["FUNCTIONS_APPLICATION_DIRECTORY"] = start.Folder;
        environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        environment["FUNCTIONS_WORKER_RUNTIME_VERSION"] = "10.0";
    }
}
