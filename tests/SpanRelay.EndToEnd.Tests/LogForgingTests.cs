using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Google.Protobuf;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Otlp.Schema;
using SpanRelay.Tests;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Service names, span names, answers and blob names that try to write lines into the log, through the running system.</summary>
public sealed class LogForgingTests
{
    private static readonly string[] Texts = [.. HostileTexts.All.Where(text => text.Length is > 0 and < 10_000)];

    [Fact]
    public async Task HostileNamesThatAreDeliveredFireNoAlertAndWriteNoSecondLine()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);

        foreach (var text in Texts)
            await system.SendAsync(Event(text), deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);

        Assert.True(Texts.Length >= 20, $"{Texts.Length} texts");
        Assert.Equal(Texts.Length, system.Dynatrace.Spans.Count);
        AssertOneLineEach(system);
        Assert.All(AlertRules.Names, alert => Assert.Equal(0, AlertRules.Count(alert, system.Output.Lines)));
    }

    [Fact]
    public async Task HostileNamesAndAnswersOfDeadLettersFireTheirOwnAlertOnlyAndAreOneLineEverywhere()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(10));
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        var recorded = 0;
        foreach (var text in Texts)
        {
            var error = JsonSerializer.Serialize(new { error = new { code = 400, message = text } });
            system.Dynatrace.FailNext(int.MaxValue, new Fault { Status = 400, Body = recorded % 2 == 0 ? error : text, ContentType = "text/plain" });
            await system.SendAsync(Event(text), deadline.Token);
            await system.SendAsync(Encoding.UTF8.GetBytes("\u0001" + text), deadline.Token);
            recorded += 2;
            while (system.Recordings.Count(outcome => outcome.Succeeded) < recorded)
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, deadline.Token);
            system.Dynatrace.ClearFaults();
        }

        AssertOneLineEach(system);
        Assert.Equal(
            AlertRules.Names.Select(alert => (alert, alert == "dead-letters" ? recorded : 0)).Order(),
            AlertRules.Names.Select(alert => (alert, AlertRules.Count(alert, system.Output.Lines))).Order());
        await UploadHostileBlobsAsync(system, deadline.Token);
        await AssertCommandsAreHarmlessAsync(system, recorded, deadline.Token);
    }

    private static void AssertOneLineEach(RunningSystem system) => Assert.All(system.Output.Lines, line => Assert.True(OneLine.Is(line.Line, 4_000), line.Line));

    private static async Task UploadHostileBlobsAsync(RunningSystem system, CancellationToken cancellationToken)
    {
        var container = new BlobServiceClient(system.Local.StorageConnectionString).GetBlobContainerClient("dead-letters");
        foreach (var text in Texts.Where(text => text.All(c => c >= ' ' && c < '\uFFF0' && !char.IsSurrogate(c)) && text.Trim().Length > 0))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"2026/05/04/{text.Replace('/', '-').Replace('\\', '-')}.json");
            await container.GetBlobClient(name).UploadAsync(new BinaryData("{}"), overwrite: true, cancellationToken);
        }
    }

    private static async Task AssertCommandsAreHarmlessAsync(RunningSystem system, int letters, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string> { ["AzureWebJobsStorage"] = system.Local.StorageConnectionString };
        var (exitCode, listed) = await CommandLine.RunAsync([], settings, null, cancellationToken, "dead-letters", "list", "--limit", "1000");
        var (_, json) = await CommandLine.RunAsync([], settings, null, cancellationToken, "dead-letters", "list", "--output", "json");
        Assert.True(exitCode == 0, listed);
        Assert.Contains($"{letters} in total, {letters} shown:", listed, StringComparison.Ordinal);
        Assert.Contains("is not SpanRelay's, and is skipped.", listed, StringComparison.Ordinal);
        AssertHarmless(listed);
        AssertHarmless(json);
        foreach (var letter in JsonElement.Parse(json).GetProperty("letters").EnumerateArray().Take(10))
        {
            var (_, shown) = await CommandLine.RunAsync([], settings, null, cancellationToken, "dead-letters", "show", letter.GetProperty("id").GetString()!);
            AssertHarmless(shown);
            Assert.Contains("Next: ", shown, StringComparison.Ordinal);
        }
    }

    private static void AssertHarmless(string output) => Assert.All(output.Split('\n'), line => Assert.True(OneLine.Is(line.TrimEnd('\r'), 10_000), line));

    private static byte[] Event(string text)
    {
        var span = Some.Span();
        span.Name = text;
        span.Attributes.Add(Some.Attribute(text, text));
        span.Status = new Status { Code = Status.Types.StatusCode.Error, Message = text };
        var request = Some.Request(span);
        request.ResourceSpans[0].Resource.Attributes[0].Value.StringValue = text;
        return request.ToByteArray();
    }
}
