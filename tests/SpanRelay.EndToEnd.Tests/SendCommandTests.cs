using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SpanRelay.Local.EventHub;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests;

public sealed partial class SendCommandTests : IAsyncLifetime
{
    private const int Partitions = 2;

    private readonly LocalEventHub _hub = new("spans", Partitions);
    private readonly DataFolder _folder = new();
    private readonly Deadline _deadline = new();
    private EventHubServer _door = null!;

    private long Events => Enumerable.Range(0, Partitions).Sum(_hub.CountOf);

    private string Key => KeyOf.Match(_door.ConnectionString).Groups[1].Value;

    public async ValueTask InitializeAsync() => _door = await EventHubServer.StartAsync(_hub, cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        _deadline.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task EachFileOfAFolderIsAnEventAsItStands()
    {
        var body = Some.Event().Body;
        Write("a.pb", body);
        Write("below/b.pb.gz", Some.Gzip(body));
        Write("c.txt", "no trace"u8.ToArray());

        var (exitCode, output) = await SendAsync(("SPANRELAY_SAS_KEY", Key), "--to", $"{_door.SendAddress}", _folder.Path);

        Assert.True(exitCode == 0, output);
        Assert.Matches($"Sent     3 events, 2 spans, {body.Length + Some.Gzip(body).Length + 8} bytes in ", output);
        var stored = await StoredAsync();
        Assert.Contains(stored, each => each.SequenceEqual(body));
        Assert.Contains(stored, each => each.SequenceEqual("no trace"u8.ToArray()));
    }

    [Fact]
    public async Task AnEventHubIsReachedByAmqpToo()
    {
        Write("a.pb", Some.Event().Body);

        var (exitCode, output) = await SendAsync(("SPANRELAY_EVENTHUB_CONNECTION", $"{_door.ConnectionString};EntityPath=spans"), "--to", "amqp", Path.Combine(_folder.Path, "a.pb"));

        Assert.True(exitCode == 0, output);
        Assert.Equal(1, Events);
        Assert.DoesNotContain(Key, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IngestGetsProtobufWhateverTheFileIs()
    {
        await using var ingest = await IngestStandIn.StartAsync([200], new ExportTraceServiceResponse(), _deadline.Token);
        Write("a.json", """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"a"}]}]}]}"""u8.ToArray());

        var (exitCode, output) = await SendAsync(("SPANRELAY_INGEST_KEY", "sesame"), "--to", ingest.Address, _folder.Path);

        Assert.True(exitCode == 0, output);
        var (key, contentType, body) = Assert.Single(ingest.Requests);
        Assert.Equal(("sesame", "application/x-protobuf"), (key, contentType));
        Assert.Equal("a", ExportTraceServiceRequest.Parser.ParseFrom(body).ResourceSpans[0].ScopeSpans[0].Spans[0].Name);
        Assert.DoesNotContain("sesame", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsRefusedIsCountedByStatusAndEndsInOne()
    {
        await using var ingest = await IngestStandIn.StartAsync([503, 503, 413, 200], new ExportTraceServiceResponse(), _deadline.Token);

        var (exitCode, output) = await SendAsync(("SPANRELAY_INGEST_KEY", "sesame"), "--to", ingest.Address, "--events", "5");

        Assert.Equal(1, exitCode);
        Assert.Contains("Sent     2 events, ", output, StringComparison.Ordinal);
        Assert.Matches("Refused  3 events, [0-9]+ spans: 413 × 1, 503 × 2", output);
    }

    [Fact]
    public async Task SpansThatIngestRejectsAreNoSuccess()
    {
        var response = new ExportTraceServiceResponse { PartialSuccess = new ExportTracePartialSuccess { RejectedSpans = 2, ErrorMessage = "too\nlarge" } };
        await using var ingest = await IngestStandIn.StartAsync([200], response, _deadline.Token);

        var (exitCode, output) = await SendAsync(("SPANRELAY_INGEST_KEY", ""), "--to", ingest.Address, "--events", "1");

        Assert.Equal(1, exitCode);
        Assert.Contains("partial success, 2 spans rejected: too", output, StringComparison.Ordinal);
        Assert.Null(Assert.Single(ingest.Requests).Key);
    }

    [Fact]
    public async Task SampleTrafficIsSentAsOftenAsItIsSaid()
    {
        var (exitCode, output) = await SendAsync(("SPANRELAY_SAS_KEY", Key), "--to", $"{_door.SendAddress}", "--events", "7", "--parallel", "3");

        Assert.True(exitCode == 0, output);
        var total = Total.Match(output);
        var spans = (await StoredAsync()).Sum(body => ExportTraceServiceRequest.Parser.ParseFrom(body).ResourceSpans.Sum(resource => resource.ScopeSpans[0].Spans.Count));
        Assert.Equal(("7", spans), (total.Groups[1].Value, int.Parse(total.Groups[2].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)));
    }

    /// <summary>At one span a second the first event alone is more than two seconds' worth.</summary>
    [Fact]
    public async Task TheRateIsKept()
    {
        var (exitCode, output) = await SendAsync(("SPANRELAY_SAS_KEY", Key), "--to", $"{_door.SendAddress}", "--rate", "1", "--seconds", "2");

        Assert.True(exitCode == 0, output);
        Assert.Equal(1, Events);
    }

    [Fact]
    public async Task AWrongKeyIsRefusedAndNamed()
    {
        Write("a.pb", Some.Event().Body);

        var (exitCode, output) = await SendAsync(("SPANRELAY_SAS_KEY", "wrong"), "--to", $"{_door.SendAddress}", _folder.Path);

        Assert.Equal(1, exitCode);
        Assert.Contains("Refused  1 event, 1 span: 401 × 1", output, StringComparison.Ordinal);
        Assert.Contains("a.pb\": 401, ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatHasNoEndIsNotRead()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It needs /dev/zero.");
        Write("a.pb", Some.Event().Body);

        var (exitCode, output) = await SendAsync(("SPANRELAY_SAS_KEY", Key), "--to", $"{_door.SendAddress}", "/dev/zero", _folder.Path);

        Assert.Equal((1, 1), (exitCode, Events));
        Assert.Contains("\"/dev/zero\": not sent, larger than this door takes: 1048576 bytes. Ingest takes more, and splits it.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNoTraceIsNotSentToIngest()
    {
        await using var ingest = await IngestStandIn.StartAsync([200], new ExportTraceServiceResponse(), _deadline.Token);
        Write("a.txt", "hello"u8.ToArray());

        var (exitCode, output) = await SendAsync(("SPANRELAY_INGEST_KEY", "sesame"), "--to", ingest.Address, _folder.Path);

        Assert.Equal(1, exitCode);
        Assert.Contains("a.txt\": not sent, ", output, StringComparison.Ordinal);
        Assert.Empty(ingest.Requests);
    }

    [Fact]
    public async Task ADoorThatIsClosedIsOneLine()
    {
        var (exitCode, output) = await SendAsync(("SPANRELAY_INGEST_KEY", "sesame"), "--to", "http://127.0.0.1:9/v1/traces", "--events", "2");

        Assert.Equal(1, exitCode);
        Assert.Contains("ConnectionError × 2", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("http://example.com/v1/traces")]
    [InlineData("https://user:secret@example.com/v1/traces")]
    [InlineData("https://example.com/v1/traces?code=secret")]
    [InlineData("https://example.com/")]
    [InlineData("https://example.com/a/b/messages")]
    [InlineData("https://example.com/messages")]
    [InlineData("amqps://example.com/")]
    [InlineData("file:///v1/traces")]
    public async Task AnAddressThatIsNoneIsRefusedAndNotRepeated(string to)
    {
        var (exitCode, output) = await SendAsync(("SPANRELAY_SAS_KEY", Key), "--to", to, "--events", "1");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("--to takes https://<namespace>/<hub>/messages", output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no file or folder \"/no/such/file\".", "/no/such/file")]
    [InlineData("are for sample traffic: name no files with them.", "/dev/null", "--rate", "1")]
    [InlineData("--parallel takes a whole number from 1 to 64.", "--parallel", "65")]
    [InlineData("--seconds takes a whole number from 1 to 86400.", "--seconds", "0")]
    public async Task AMistakeIsSaidBeforeAnythingIsSent(string problem, params string[] arguments)
    {
        var (exitCode, output) = await SendAsync(("SPANRELAY_SAS_KEY", Key), ["--to", $"{_door.SendAddress}", .. arguments]);

        Assert.Equal((1, 0), (exitCode, Events));
        Assert.Contains(problem, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AtATerminalABarIsShown()
    {
        Assert.SkipUnless(LocalRun.HasTerminals, "There is no script command to make a terminal with.");
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", $"dotnet '{CommandLine.Assembly}' send --to {_door.SendAddress} --seconds 1 --rate 500", "/dev/null"]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["SPANRELAY_SAS_KEY"] = Key;
        start.Environment["TERM"] = "xterm-256color";
        using var process = Process.Start(start)!;

        var screen = await process.StandardOutput.ReadToEndAsync(_deadline.Token);
        await process.WaitForExitAsync(_deadline.Token);

        Assert.True(process.ExitCode == 0, screen);
        Assert.Contains("sending", screen, StringComparison.Ordinal);
        Assert.Contains('%', screen);
        Assert.Contains(" spans/s", screen, StringComparison.Ordinal);
    }

    private void Write(string name, byte[] body)
    {
        var file = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, body);
    }

    private Task<(int ExitCode, string Output)> SendAsync((string Name, string Value) variable, params string[] arguments) =>
        CommandLine.RunAsync([], new Dictionary<string, string> { [variable.Name] = variable.Value }, null, _deadline.Token, ["send", .. arguments]);

    private async Task<List<byte[]>> StoredAsync()
    {
        var bodies = new List<byte[]>();
        for (var partition = 0; partition < Partitions; partition++)
        {
            if (_hub.CountOf(partition) > 0)
                bodies.AddRange((await _hub.ReadAsync(partition, 0, 1_000, _deadline.Token)).Select(each => each.Body.ToArray()));
        }

        return bodies;
    }

    [GeneratedRegex("SharedAccessKey=([^;]+)")]
    private static partial Regex KeyOf { get; }

    [GeneratedRegex("Sent +([0-9,]+) events, ([0-9,]+) spans, ")]
    private static partial Regex Total { get; }
}
