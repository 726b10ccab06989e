using Azure.Storage.Queues;

namespace SpanRelay.Local.Hosting;

/// <summary>Invokes functions with the messages of a storage account's queue.</summary>
public sealed class QueueTrigger : ITrigger
{
    /// <inheritdoc/>
    public string BindingType => "queueTrigger";

    /// <inheritdoc/>
    public IListener CreateListener(FunctionDefinition definition, HostContext context)
    {
        var binding = definition.Trigger;
        var connection = binding.Required("connection");
        if (!context.Settings.Values.TryGetValue(connection, out var text))
            throw new LocalSystemException($"{binding.File} names the connection {connection}, which is not set. Add {connection} to the function app's settings, as a connection string.");
        if (binding.Optional("dataType") is not "binary")
            throw new LocalSystemException($"{binding.File}: only \"dataType\": \"binary\" can be run on one machine.");

        return new QueueListener(Account(connection, text), binding.Required("queueName"), definition.Name, binding.Name, QueueSettings.Read(context.Configuration), context);
    }

    private static QueueServiceClient Account(string name, string connectionString)
    {
        try
        {
            return new QueueServiceClient(connectionString, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64, Retry = { MaxRetries = 0 } });
        }
        catch (FormatException exception)
        {
            throw new LocalSystemException(
                $"{name} is not a storage account's connection string. It looks like DefaultEndpointsProtocol=https;AccountName=(name);AccountKey=(key).", exception);
        }
    }
}
