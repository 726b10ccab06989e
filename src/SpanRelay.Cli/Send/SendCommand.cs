using System.CommandLine;
using System.Net;
using SpanRelay.Cli.DeadLetters;
using SpanRelay.Local;
using SpanRelay.Local.EventHub;
using Spectre.Console;

namespace SpanRelay.Cli.Send;

/// <summary><c>spanrelay send</c>: sends a file as one event to the running local system.</summary>
internal static class SendCommand
{
    private const int MaxBytes = 1024 * 1024;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public static Command Create(IAnsiConsole console)
    {
        var file = new Argument<string?>("file") { Description = "The event's body. Default: standard input.", Arity = ArgumentArity.ZeroOrOne };
        var data = Options.Data();
        var command = new Command("send", "Send a file, whatever is in it, as one event to the Event Hub of the running local system (spanrelay run).") { file, data };
        command.SetAction((arguments, cancellationToken) => ArchiveAccess.TryAsync(
            console, () => SendAsync(console, arguments.GetValue(file), LocalAccess.GetRunning(arguments.GetValue(data)), cancellationToken)));
        return command;
    }

    private static async Task<int> SendAsync(IAnsiConsole console, string? file, SystemFile system, CancellationToken cancellationToken)
    {
        if (await ReadAsync(file, cancellationToken) is not { } body)
            return ArchiveAccess.Refuse(console, [$"{(file is null ? "The input" : OneLine.Quoted(file, 300))} is larger than an event may be: {MaxBytes} bytes."]);

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var content = new ByteArrayContent(body);
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", SignatureFor(system));
        using var answer = await http.PostAsync(system.SendAddress, content, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.Created)
            return ArchiveAccess.Refuse(console, [$"The local Event Hub refused the event with status {(int)answer.StatusCode}."]);

        console.WriteLine($"Sent {body.Length} bytes to {system.SendAddress}");
        return 0;
    }

    /// <returns>Null when it is larger than an event may be; the input may have no end.</returns>
    private static async Task<byte[]?> ReadAsync(string? file, CancellationToken cancellationToken)
    {
        await using var input = file is null ? Console.OpenStandardInput() : File.OpenRead(file);
        var body = new byte[MaxBytes + 1];
        var length = await input.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxBytes ? body[..length] : null;
    }

    private static string SignatureFor(SystemFile system)
    {
        var parts = system.Settings["EVENTHUB"].Split(';').Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToDictionary(part => part[0], part => part[1]);
        var hub = new Uri(system.SendAddress!.AbsoluteUri[..^"/messages".Length]);
        return SharedAccessSignature.Create(hub, parts["SharedAccessKeyName"], parts["SharedAccessKey"], TimeProvider.System.GetUtcNow() + Lifetime);
    }
}
