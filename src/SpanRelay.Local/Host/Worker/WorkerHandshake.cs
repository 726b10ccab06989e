using SpanRelay.Local.Host.Worker.Protocol;
namespace SpanRelay.Local.Host.Worker;

/// <summary>The start of a session, in the host's order: initialize, read the functions' metadata, load each function.</summary>
/// <param name="session">The session of a worker that has just connected.</param>
/// <param name="folder">The function app's.</param>
/// <param name="functionTimeout">The limit for reading metadata and for loading, but at least a minute.</param>
internal sealed class WorkerHandshake(WorkerSession session, string folder, TimeSpan functionTimeout)
{
    /// <summary>From the start of the process to the start of its stream.</summary>
    public static readonly TimeSpan StartStreamDeadline = TimeSpan.FromMinutes(1);

    private const string HostVersion = "4.1037.0.0";

    private static readonly TimeSpan InitializeDeadline = TimeSpan.FromSeconds(10);

    private TimeSpan LoadDeadline => functionTimeout > TimeSpan.FromMinutes(1) ? functionTimeout : TimeSpan.FromMinutes(1);

    /// <exception cref="LocalSystemException">The worker refuses or does not answer.</exception>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        var request = new WorkerInitRequest { HostVersion = HostVersion, WorkerDirectory = folder, FunctionAppDirectory = folder };
        request.Capabilities.Add("MultiStream", "10");
        var response = await session.RequestAsync(new StreamingMessage { WorkerInitRequest = request }, InitializeDeadline, cancellationToken);
        Check(response.WorkerInitResponse?.Result, "The worker cannot be initialized");
    }

    /// <exception cref="LocalSystemException">The worker does not report them, or has none.</exception>
    public async Task<IReadOnlyList<RpcFunctionMetadata>> ReadMetadataAsync(CancellationToken cancellationToken)
    {
        var request = new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = folder } };
        var response = (await session.RequestAsync(request, LoadDeadline, cancellationToken)).FunctionMetadataResponse;
        Check(response?.Result, "The worker cannot tell its functions");
        return response!.FunctionMetadataResults is { Count: > 0 } functions
            ? functions
            : throw new LocalSystemException($"The worker in {folder} has no functions. Name the folder of a built function app.");
    }

    /// <exception cref="LocalSystemException">One cannot be loaded.</exception>
    public async Task LoadAsync(IReadOnlyList<RpcFunctionMetadata> functions, CancellationToken cancellationToken) =>
        await Task.WhenAll(functions.Select(function => LoadAsync(function, cancellationToken)));

    private async Task LoadAsync(RpcFunctionMetadata function, CancellationToken cancellationToken)
    {
        var request = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function };
        var response = await session.RequestAsync(new StreamingMessage { FunctionLoadRequest = request }, LoadDeadline, cancellationToken);
        Check(response.FunctionLoadResponse?.Result, $"The worker cannot load the function {function.Name}");
    }

    private static void Check(StatusResult? result, string failure)
    {
        if (result?.Status == StatusResult.Types.Status.Success) return;
        throw new LocalSystemException($"{failure}: {(result?.Exception is { } exception ? FailureText.From(exception) : "it gave no reason.")}");
    }
}
