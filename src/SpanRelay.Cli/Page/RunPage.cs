using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http;
using SpanRelay.DeadLetters;
using SpanRelay.Fakes;

namespace SpanRelay.Cli.Page;

/// <summary>The page of a run, on 127.0.0.1.</summary>
internal sealed class RunPage : IAsyncDisposable
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    private readonly PageAccess _access = new();
    private readonly PageSource _source;
    private readonly PageViews _views;
    private readonly PageActions _actions;
    private readonly ITimer _sampling;
    private LoopbackServer? _server;

    private RunPage(PageSource source, TimeProvider time)
    {
        _source = source;
        _views = new PageViews(source);
        _actions = new PageActions(source);
        _sampling = time.CreateTimer(_ => source.TakeSample(), null, TimeSpan.Zero, SampleInterval);
    }

    /// <summary>With the key: a credential.</summary>
    public string Address => $"{_server!.Address.AbsoluteUri}?key={_access.Key}";

    /// <param name="port">0 for any free one.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<RunPage> StartAsync(PageSource source, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var page = new RunPage(source, time);
        try
        {
            page._server = await LoopbackServer.StartAsync(page.AnswerAsync, port, null, cancellationToken);
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _sampling.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _source.Letters.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var cancelled = context.RequestAborted;
        try
        {
            if (_access.Check(context) is { } refusal)
                await RefuseAsync(context.Response, refusal);
            else if (HttpMethods.IsPost(context.Request.Method))
                await ActAsync(context);
            else if (context.Request.Query.ContainsKey("key"))
                await AdmitAsync(context);
            else
                await ShowAsync(context.Request.Path.Value ?? "/", context.Response, cancelled);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            // The browser has left.
        }
        catch (Exception e) when (e is DeadLetterStoreException or HttpRequestException or OperationCanceledException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await WriteAsync(context.Response, "text/html", PageFrame.Render(_source, "Not available", "", Html.From($"<h1>Not available now</h1><p>{OneLine.From(e.Message, 500)}</p>")));
        }
    }

    private static Task RefuseAsync(HttpResponse response, int status)
    {
        response.StatusCode = status;
        return WriteAsync(response, "text/plain", "This page needs its key: open the address that spanrelay run printed behind \"Page\".\n");
    }

    /// <summary>
    /// Not by a redirect: a link in a terminal of another site's page would make the next request one from that site, to which browsers add no
    /// strict cookie. The key leaves the address.
    /// </summary>
    private Task AdmitAsync(HttpContext context)
    {
        _access.Admit(context);
        return WriteAsync(context.Response, "text/html", """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>SpanRelay</title><meta http-equiv="refresh" content="0;url=/"></head><body><p><a href="/">SpanRelay</a></p></body></html>""");
    }

    private async Task ActAsync(HttpContext context)
    {
        if (await _actions.RunAsync(context.Request.Path.Value ?? "/", context.RequestAborted) is not { } next)
        {
            await RefuseAsync(context.Response, StatusCodes.Status404NotFound);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = next;
    }

    private async Task ShowAsync(string path, HttpResponse response, CancellationToken cancellationToken)
    {
        if (path is "/page.css" or "/page.js")
            await WriteAsync(response, path == "/page.css" ? "text/css" : "text/javascript", Resource(path[1..]));
        else if (path == "/favicon.ico")
            response.StatusCode = StatusCodes.Status204NoContent;
        else if (await _views.PayloadAsync(path, cancellationToken) is { } payload)
            await WriteAsync(response, "text/plain", payload);
        else
            await WriteAsync(response, "text/html", await _views.RenderAsync(path, response, cancellationToken));
    }

    private static Task WriteAsync(HttpResponse response, string type, string text)
    {
        response.ContentType = $"{type}; charset=utf-8";
        return response.WriteAsync(text, Encoding.UTF8);
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
