using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local.Storage;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction.Detectors.Credentials;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The way back: dead letters are listed, shown and sent again, by the command and by the function.</summary>
public sealed class ReplayTests : IDisposable
{
    private const string Token = "dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int UploadsAtOnce = 16;

    // Ten thousand take minutes on a small machine: SPANRELAY_REPLAY_LETTERS=10000.
    private static readonly int Letters = int.Parse(Environment.GetEnvironmentVariable("SPANRELAY_REPLAY_LETTERS") ?? "1000", CultureInfo.InvariantCulture);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spanrelay-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task AReplayKilledInTheMiddleAndRepeatedDeliversAndMarksEveryLetter()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(10 + (Letters / 100)));
        await using var storage = await Azurite.StartAsync(_folder.FullName, cancellationToken: deadline.Token);
        await using var dynatrace = await DynatraceServer.StartAsync(new DynatraceServerOptions(), deadline.Token);
        dynatrace.AddToken(new DynatraceToken(Token, [DynatraceToken.ClassicIngestScope]));
        var settings = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = storage.ConnectionString,
            ["Dynatrace__Environment"] = dynatrace.BaseAddress.AbsoluteUri,
            ["Dynatrace__ApiToken"] = Token,
        };
        var sent = await StoreAsync(storage, deadline.Token);

        Process? process = null;
        var killed = CommandLine.RunAsync([], settings, started => process = started, deadline.Token, "dead-letters", "replay");
        await dynatrace.WhenAsync(() => dynatrace.Spans.Count >= Letters * 3 / 5, deadline.Token);
        process!.Kill();
        var (killedCode, _) = await killed;
        var (exitCode, output) = await CommandLine.RunAsync([], settings, null, deadline.Token, "dead-letters", "replay");
        var (_, listed) = await CommandLine.RunAsync([], settings, null, deadline.Token, "dead-letters", "list", "--not-replayed");

        Assert.NotEqual(0, killedCode);
        Assert.True(exitCode == 0, output);
        Assert.Empty(sent.Except(dynatrace.Spans.Select(span => span.Span.Id())));
        Assert.StartsWith("No dead letters match.", listed, StringComparison.Ordinal);
        Assert.Contains("were already replayed and are skipped", output, StringComparison.Ordinal);
        var twice = dynatrace.Spans.Count - Letters;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Letters} letters, killed and run again: {twice} delivered twice.\n{output}"));
    }

    [Fact]
    public async Task ADeadLetterIsShownAndReplayedOnceItsCauseIsFixed()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        system.Dynatrace.FailNext(2, new Fault { Status = 400, Body = "a span is odd" });
        var (body, spanId) = Some.Event();
        await system.SendAsync(body, deadline.Token);
        var id = (await system.WhenRecordedAsync(deadline.Token)).GetProperty("letter").GetProperty("id").GetString()!;
        system.Dynatrace.ClearFaults();
        var settings = new Dictionary<string, string> { ["AzureWebJobsStorage"] = system.Local.StorageConnectionString };

        var (_, shown) = await CommandLine.RunAsync([], settings, null, deadline.Token, "dead-letters", "show", id);
        Assert.Contains("Next: ", shown, StringComparison.Ordinal);
        Assert.Contains("a span is odd", shown, StringComparison.Ordinal);
        Assert.Contains("└── ", shown, StringComparison.Ordinal);

        Assert.Equal(401, (await CallAsync(system, "wrong", "{}", deadline.Token)).Status);
        Assert.Equal(400, (await CallAsync(system, system.Local.Http.MasterKey, """{"since":"yesterday"}""", deadline.Token)).Status);
        var (status, answer) = await CallAsync(system, system.Local.Http.MasterKey, "{}", deadline.Token);
        Assert.Equal(200, status);
        Assert.Equal(1, answer.GetProperty("replayed").GetInt32());
        Assert.Equal(0, answer.GetProperty("left").GetInt32());
        Assert.Equal([spanId], system.DeliveredIds);

        var (_, again) = await CallAsync(system, system.Local.Http.MasterKey, "", deadline.Token);
        Assert.Equal(0, again.GetProperty("replayed").GetInt32());
        Assert.Equal(1, again.GetProperty("replayedBefore").GetInt32());
    }

    private static async Task<(int Status, JsonElement Response)> CallAsync(RunningSystem system, string key, string body, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(system.Local.Http.Address, "/dead-letters/replay")) { Content = new StringContent(body) };
        request.Headers.Add("x-functions-key", key);
        using var answer = await client.SendAsync(request, cancellationToken);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType is null ? default : await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken));
    }

    /// <summary>Payloads without records, as the function app leaves them when it is killed between the two.</summary>
    /// <returns>The spans' ids.</returns>
    private static async Task<IReadOnlyList<string>> StoreAsync(Azurite storage, CancellationToken cancellationToken)
    {
        var container = new BlobServiceClient(storage.ConnectionString).GetBlobContainerClient("dead-letters");
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var spans = Enumerable.Range(0, Letters).Select(_ => Some.Span()).ToList();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = UploadsAtOnce, CancellationToken = cancellationToken };
        var day = TimeProvider.System.GetUtcNow().ToString("yyyy'/'MM'/'dd", CultureInfo.InvariantCulture);
        await Parallel.ForEachAsync(spans, parallel, async (span, cancelled) =>
            await container.GetBlobClient($"{day}/0-1-{span.Id()}.otlp.gz").UploadAsync(BinaryData.FromBytes(Some.Gzip(Some.Request(span).ToByteArray())), overwrite: true, cancelled));
        return [.. spans.Select(span => span.Id())];
    }
}
