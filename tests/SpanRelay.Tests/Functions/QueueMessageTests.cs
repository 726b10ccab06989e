using System.Text;
using System.Text.Json;
using SpanRelay.Diagnosis;
using SpanRelay.Functions.RecordDeadLetter;

namespace SpanRelay.Tests.Functions;

public class QueueMessageTests
{
    [Fact]
    public async Task TheHostsOwnFormIsUnderstood()
    {
        var message = await ReadAsync("""
            {"Data":{"message":"AAEC/w=="},"Metadata":{"DequeueCount":"3","Id":"\"800ae4b3-bdd2-4c08-badd-f08e5a34b865\"","InsertionTime":"\"2026-05-04T10:20:30+00:00\"","PopReceipt":"\"Ag\"","sys":{"MethodName":"RecordDeadLetter"}}}
            """);

        Assert.Equal([0, 1, 2, 255], message.Body.ToArray());
        Assert.Equal((3L, "800ae4b3-bdd2-4c08-badd-f08e5a34b865"), (message.Attempt, message.Id));
    }

    [Theory]
    [InlineData("""{"Data":{"message":"AAEC/w=="}}""")]
    [InlineData("""{"Data":{"anything":"AAEC/w=="},"Metadata":null}""")]
    [InlineData("""{"Metadata":{"DequeueCount":"?"},"Data":{"message":"AAEC/w=="},"Future":[]}""")]
    public async Task WithoutMetadataItIsTheFirstAttempt(string body) => Assert.Equal((1L, ""), await AttemptOfAsync(body));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"Data":{}}""")]
    [InlineData("""{"Data":{"message":7}}""")]
    [InlineData("""{"Data":{"message":"not base64"}}""")]
    public Task WhatIsNoInvocationIsRefused(string body) => Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(body));

    [Fact]
    public void TheHostGivesUpWhenTheRecorderDoes()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "documents", "host.json")));

        Assert.Equal(DeadLetterRecorder.MaxAttempts, host.RootElement.GetProperty("extensions").GetProperty("queues").GetProperty("maxDequeueCount").GetInt32());
    }

    private static async Task<(long Attempt, string Id)> AttemptOfAsync(string body)
    {
        var message = await ReadAsync(body);
        return (message.Attempt, message.Id);
    }

    private static async Task<QueueMessage> ReadAsync(string body)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return await QueueMessage.ReadAsync(stream, TestContext.Current.CancellationToken);
    }
}
