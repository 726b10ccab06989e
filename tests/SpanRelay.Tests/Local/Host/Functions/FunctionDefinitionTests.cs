using Google.Protobuf.WellKnownTypes;
using SpanRelay.Local;
using SpanRelay.Local.Host.Worker.Protocol;
using SpanRelay.Tests.Local.Host.Worker;

namespace SpanRelay.Tests.Local.Host.Functions;

/// <summary>What the worker says of its functions, and what the host makes of it at the start.</summary>
public sealed class FunctionDefinitionTests
{
    [Theory]
    [InlineData("", "The function F has 0 triggers; a function has exactly one.")]
    [InlineData("""{"type":"timerTrigger","name":"a","schedule":"01:00:00"}|{"type":"timerTrigger","name":"b","schedule":"01:00:00"}""", "The function F has 2 triggers; a function has exactly one.")]
    [InlineData("""{"type":"kafkaTrigger","name":"a"}""", "F: the binding type \"kafkaTrigger\" is not supported on one machine. Supported are: eventHubTrigger, timerTrigger, queueTrigger, http, httpTrigger, http.")]
    [InlineData("""{"type":"timerTrigger","name":"a","schedule":"01:00:00"}|{"type":"blob","name":"b"}""", "F: the binding type \"blob\" is not supported on one machine. Supported are: eventHubTrigger, timerTrigger, queueTrigger, http, httpTrigger, http.")]
    [InlineData("""{"type":"timerTrigger","name":"a"}""", "F: a binding has no text \"schedule\". Set it on the binding's attribute.")]
    [InlineData("""{"type":"timerTrigger","name":"a","schedule":"%MISSING%"}""", "F names the setting MISSING, which is not set. Add MISSING to the function app's settings.")]
    [InlineData("""{"type":"eventHubTrigger","name":"a","eventHubName":"other","connection":"EVENTHUB","cardinality":"Many"}""", "F: eventHubName is \"other\", but the local event hub is \"spans\". Use one name for both.")]
    [InlineData("""{"type":"eventHubTrigger","name":"a","eventHubName":"spans","connection":"NOWHERE","cardinality":"Many"}""", "F names the connection NOWHERE, which is not set. Add NOWHERE to the function app's settings.")]
    [InlineData("""{"type":"eventHubTrigger","name":"a","eventHubName":"spans","connection":"EVENTHUB"}""", "F: only the cardinality Many is supported on one machine.")]
    public async Task AnInvalidBindingIsNamed(string bindings, string message)
    {
        var function = new RpcFunctionMetadata { Name = "F", FunctionId = "1" };
        function.RawBindings.AddRange(bindings.Split('|', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(message, await FailureAsync(function));
    }

    [Fact]
    public async Task ABindingThatIsNoJsonIsNamed() =>
        Assert.StartsWith("The worker describes a binding of F in what is not JSON: ", await FailureAsync(new RpcFunctionMetadata { Name = "F", RawBindings = { "{" } }), StringComparison.Ordinal);

    [Theory]
    [InlineData(-2, 1, 2, "F: the retry count is -2. Use -1 for ever, or 0 and more.")]
    [InlineData(3, 2, 1, "F: the retry delays are 00:00:02 to 00:00:01. The first must not be negative, nor greater than the second.")]
    [InlineData(3, -1, 1, "F: the retry delays are -00:00:01 to 00:00:01. The first must not be negative, nor greater than the second.")]
    public async Task RetryOptionsThatTheFunctionsHostRefusesAreRefused(int count, int minimum, int maximum, string message)
    {
        var function = FakeWorker.EventHub(new RpcRetryOptions
        {
            MaxRetryCount = count,
            MinimumInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(minimum)),
            MaximumInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(maximum)),
        });
        function.Name = "F";
        Assert.Equal(message, await FailureAsync(function));
    }

    private static async Task<string> FailureAsync(RpcFunctionMetadata function)
    {
        using var deadline = new Deadline();
        var worker = new FakeWorker { Functions = [function] };
        await using var running = new RunningHost { StartWorker = worker.Start };
        return (await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(deadline.Token))).Message;
    }
}
