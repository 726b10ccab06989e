namespace SpanRelay.Local.Host.Worker;

/// <summary>Everything that one start of the worker depends on.</summary>
/// <param name="Assembly">Full path of the worker's dll.</param>
/// <param name="Settings">The function app's settings.</param>
/// <param name="Host">Where the host's gRPC server listens.</param>
/// <param name="WorkerId">The id that the worker sends first on its stream.</param>
internal sealed record WorkerStart(string Assembly, IReadOnlyDictionary<string, string> Settings, Uri Host, string WorkerId)
{
    public string Folder => Path.GetDirectoryName(Assembly)!;
}
