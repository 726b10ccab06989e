using System.Globalization;
using System.Security;
using Microsoft.AspNetCore.Http;
using SpanRelay.DeadLetters;

namespace SpanRelay.Local.EventHub;

/// <summary>An error as Event Hubs words it over HTTP: <c>&lt;Error&gt;&lt;Code&gt;…&lt;/Code&gt;&lt;Detail&gt;…&lt;/Detail&gt;&lt;/Error&gt;</c>.</summary>
internal sealed record SendRefusal(int Status, string Detail)
{
    // The REST reference lists only 201, 401 and 500 for Send event. A body over the quota was answered with
    // <Error><Code>413</Code><Detail>The maximum message size quota … has been exceeded. … in a report against
    // Microsoft's page "Azure Event Hubs quotas and limits".
    public static SendRefusal TooLarge { get; } = new(
        StatusCodes.Status413PayloadTooLarge,
        $"The maximum message size quota ({LocalEventHub.MaxPublicationBytes.ToString(CultureInfo.InvariantCulture)}) has been exceeded.");

    public static SendRefusal Busy { get; } = new(StatusCodes.Status503ServiceUnavailable, "The request was terminated because the entity is being throttled. Error code : 50002.");

    public Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        response.ContentType = "application/xml; charset=utf-8";
        return response.WriteAsync($"<Error><Code>{Status}</Code><Detail>{SecurityElement.Escape(Detail)}</Detail></Error>");
    }
}
