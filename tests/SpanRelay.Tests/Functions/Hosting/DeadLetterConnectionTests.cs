using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using SpanRelay.Functions.Hosting;

namespace SpanRelay.Tests.Functions.Hosting;

public sealed class DeadLetterConnectionTests
{
    private const string Queue = """{"name":"message","type":"queueTrigger","queueName":"dead-letters","connection":"DeadLetters"}""";
    private const string Hub = """{"name":"events","type":"eventHubTrigger","connection":"EVENTHUB"}""";
    private const string Timer = """{"name":"timer","type":"timerTrigger"}""";

    [Theory]
    [InlineData("AzureWebJobsStorage")]
    [InlineData("DeadLetters")]
    public void TheQueueIsReadFromTheAccountThatIsSet(string connection)
    {
        IList<IFunctionMetadata> functions = [Function(Queue), Function(Hub), Function(Timer), new DefaultFunctionMetadata()];

        new DeadLetterConnection(connection).Transform(functions);

        Assert.Equal([Queue.Replace("DeadLetters", connection, StringComparison.Ordinal), Hub, Timer], functions.SelectMany(function => function.RawBindings ?? []));
    }

    private static DefaultFunctionMetadata Function(string binding) => new() { RawBindings = [binding] };
}
