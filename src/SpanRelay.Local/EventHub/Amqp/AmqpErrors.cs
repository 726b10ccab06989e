using System.Globalization;
using Amqp.Framing;
using Amqp.Types;

namespace SpanRelay.Local.EventHub.Amqp;

/// <summary>Errors under the conditions that Event Hubs names.</summary>
internal static class AmqpErrors
{
    public const string UnauthorizedAccess = "amqp:unauthorized-access";
    public const string ArgumentOutOfRange = "com.microsoft:argument-out-of-range";
    public const string EntityNotFound = "amqp:not-found";

    public static Error NotFound(string entity) => Create(EntityNotFound, $"The messaging entity '{entity}' could not be found.");

    public static Error NoSuchPartition(string id) => Create(ArgumentOutOfRange, $"The event hub has no partition '{id}'.");

    public static Error NotThatFar(long start, long last) => Create(
        ArgumentOutOfRange, string.Create(CultureInfo.InvariantCulture, $"The supplied start '{start}' is invalid. The last sequence number in the system is '{last}'."));

    public static Error BadFilter(string filter) => Create("amqp:invalid-field", $"The filter '{filter}' is not a start position.");

    public static Error Unauthorized(string entity) =>
        Create(UnauthorizedAccess, $"Unauthorized access. No valid token for '{entity}' has been put on this connection.");

    public static Error Stolen(string description) => Create("amqp:link:stolen", description);

    public static Error TooManyReaders { get; } = Create(
        "amqp:resource-limit-exceeded", $"Exceeded the maximum number of allowed receivers per partition in a consumer group which is {AmqpLimits.MaxReaders}.");

    public static Error TooManyLinks { get; } = Create("amqp:resource-limit-exceeded", $"The connection has {AmqpLimits.MaxLinks} links already.");

    public static Error TooManyBufferedBytes { get; } = Create("amqp:resource-limit-exceeded", "Too many messages are in transfer.");

    public static Error MessageTooLarge { get; } = Create(
        "amqp:link:message-size-exceeded",
        string.Create(CultureInfo.InvariantCulture, $"The message is larger than the maximum of {LocalEventHub.MaxPublicationBytes} bytes."));

    public static Error ServerBusy { get; } = Create("com.microsoft:server-busy", "The request was terminated because the entity is being throttled. Error code : 50002. Sub error : 102.");

    public static Error Undecodable { get; } = Create("amqp:decode-error", "The message is not an AMQP message.");

    public static Error Framing(string problem) => Create("amqp:connection:framing-error", problem);

    public static Error NotAllowed(string problem) => Create("amqp:not-allowed", problem);

    // Azure's Python client reads the last field without looking whether it is there.
    private static Error Create(string condition, string description) =>
        new(new Symbol(condition)) { Description = description, Info = [] };
}
