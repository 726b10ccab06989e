using System.Reflection;
using SpanRelay.Local.Host;
using SpanRelay.Local.Host.Functions;

namespace SpanRelay.Tests.Local.Host;

/// <summary>The function app whose functions do what they are sent; see its Commands.</summary>
internal static class TestWorker
{
    public const string Assembly = "SpanRelay.TestWorker.dll";

    public static string Folder { get; } =
        typeof(TestWorker).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "TestWorkerFolder").Value!;

    /// <summary>What its bindings name. The timer is not due during a test.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["EVENTHUB_NAME"] = "spans",
        ["EVENTHUB"] = "Endpoint=sb://localhost",
        ["QUEUE_NAME"] = "letters",
        ["AzureWebJobsStorage"] = "none",
        ["SCHEDULE"] = "0 30 3 29 2 *",
    };
}

/// <summary>Stands in for a trigger that a test does not use.</summary>
internal sealed class UnusedTrigger(string bindingType) : ITrigger
{
    public string BindingType => bindingType;

    public IReadOnlyCollection<string> CompanionTypes => ["http"];

    public IListener CreateListener(FunctionDefinition definition, HostContext context) => new Listener(context.TimeProvider);

    private sealed class Listener(TimeProvider time) : IListener
    {
        public async Task RunAsync(CancellationToken stopping) =>
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        public Task WhenIdleAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
