using Azure.Storage.Queues;
using SpanRelay.Local.Host.Functions;
using SpanRelay.Tokens;

namespace SpanRelay.Local.Host.Queues;

/// <summary>Invokes functions with the messages of a storage account's queue.</summary>
internal sealed class QueueTrigger : ITrigger
{
    public string BindingType => "queueTrigger";

    public IListener CreateListener(FunctionDefinition definition, HostContext context)
    {
        var binding = definition.Trigger;
        var connection = binding.Required("connection");
        if (!context.Settings.Values.TryGetValue(connection, out var text))
            throw new LocalSystemException($"{binding.Function} names the connection {connection}, which is not set. Add {connection} to the function app's settings, as a connection string.");

        var settings = QueueSettings.Read(context.Configuration);
        try
        {
            var account = Account(text, settings.Encoding, context);
            return new QueueListener(account, binding.Required("queueName"), definition, settings, context);
        }
        catch (FormatException exception)
        {
            throw new LocalSystemException($"{connection} is not a storage account's connection string. Copy it from the account's access keys.", exception);
        }
    }

    private static QueueServiceClient Account(string connectionString, QueueMessageEncoding encoding, HostContext context)
    {
        var plain = new QueueServiceClient(connectionString, Options(QueueMessageEncoding.None));
        var options = Options(encoding);
        // A message in another encoding moves to the poison queue at once, unchanged: otherwise receiving the whole batch would fail.
        options.MessageDecodingFailed += async received =>
        {
            if (received.ReceivedMessage is { } message)
                await new PoisonQueue(plain, received.Queue, context.Logger).TakeAsync(message);
        };
        return new QueueServiceClient(connectionString, options);
    }

    private static QueueClientOptions Options(QueueMessageEncoding encoding) => new() { MessageEncoding = encoding, Retry = { MaxRetries = 0 } };
}
