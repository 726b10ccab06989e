using Microsoft.AspNetCore.Http;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>A way in which a storage account fails.</summary>
internal sealed record StorageFault(string Name, Func<HttpContext, Task> HappenAsync)
{
    public static IReadOnlyList<StorageFault> All { get; } =
    [
        new("the connection breaks", context => { context.Abort(); return Task.CompletedTask; }),
        new("no answer", context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)),
        new("an answer that breaks off", BreakOffAsync),
        Error(403, "AuthorizationPermissionMismatch"),
        Error(404, "ResourceNotFound"),
        Error(409, "ContainerBeingDeleted"),
        Error(429, "TooManyRequests"),
        Error(500, "InternalError"),
        Error(503, "ServerBusy"),
    ];

    private static StorageFault Error(int status, string code) => new($"status {status}", async context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers["x-ms-error-code"] = code;
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>No.</Message></Error>", context.RequestAborted);
    });

    private static async Task BreakOffAsync(HttpContext context)
    {
        context.Response.StatusCode = 500;
        context.Response.ContentLength = 1_000;
        await context.Response.WriteAsync("<", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }
}
