using System.Text;
using Microsoft.AspNetCore.Http;
using SpanRelay.Diagnosis;
using SpanRelay.Functions.ReplayDeadLetters;
using SpanRelay.Replay;

namespace SpanRelay.Tests.Functions;

public sealed class ReplayCallTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task WithoutAnythingSaidAllIsMeantThatWasNotReplayed(string body)
    {
        var request = await ReadAsync(body);

        Assert.Equal((0, null, null, false), (request.Filter.Ids.Count, request.Filter.Since, request.Filter.Cause, request.Again));
    }

    [Fact]
    public async Task EverythingCanBeSaid()
    {
        var request = await ReadAsync("""{"ids":["a","b"],"since":"2h","until":"2026-05-04T10:00Z","cause":"c","service":"s","again":true}""");

        Assert.Equal(["a", "b"], request.Filter.Ids);
        Assert.Equal(
            (Some.Now.AddHours(-2), new DateTimeOffset(2026, 5, 4, 10, 0, 0, TimeSpan.Zero), "c", "s", true),
            (request.Filter.Since, request.Filter.Until, request.Filter.Cause, request.Filter.Service, request.Again));
    }

    [Theory]
    [InlineData("""{"since":"yesterday"}""", "since takes a time such as 2026-05-04T10:20Z")]
    [InlineData("""{"cuase":"x"}""", "The body takes a JSON object with any of ids, since, until, cause, service and again. ")]
    [InlineData("[]", "The body takes a JSON object")]
    [InlineData("{", "The body takes a JSON object")]
    public async Task WhatItDoesNotTakeIsRefusedRatherThanReplayingAll(string body, string problem)
    {
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(body));

        Assert.StartsWith(problem, refusal.Message, StringComparison.Ordinal);
    }

    private static Task<SpanRelay.Replay.ReplayRequest> ReadAsync(string body)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return ReplayCall.ReadAsync(context.Request, Some.Now);
    }
}
