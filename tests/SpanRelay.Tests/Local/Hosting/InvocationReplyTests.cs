using System.Text;
using SpanRelay.Functions.ReplayDeadLetters;
using SpanRelay.Local.Hosting;

namespace SpanRelay.Tests.Local.Hosting;

public sealed class InvocationReplyTests
{
    [Theory]
    [InlineData(200, "application/json", "{}", InvocationVerdict.Succeeded)]
    [InlineData(200, "application/json; charset=utf-8", "{\"Outputs\":{},\"Logs\":[],\"ReturnValue\":null}", InvocationVerdict.Succeeded)]
    [InlineData(299, "application/json", "{}", InvocationVerdict.Succeeded)]
    [InlineData(204, null, "", InvocationVerdict.Hanging)]
    [InlineData(200, null, "", InvocationVerdict.Hanging)]
    [InlineData(200, "application/json", "", InvocationVerdict.Hanging)]
    [InlineData(200, "application/json", "null", InvocationVerdict.Hanging)]
    [InlineData(200, "text/plain", "{}", InvocationVerdict.Failed)]
    [InlineData(200, null, "{}", InvocationVerdict.Failed)]
    [InlineData(200, "application/json", "{", InvocationVerdict.Failed)]
    [InlineData(200, "application/json", "[]", InvocationVerdict.Failed)]
    [InlineData(200, "application/json", "\"ok\"", InvocationVerdict.Failed)]
    [InlineData(302, "application/json", "{}", InvocationVerdict.Failed)]
    [InlineData(404, "application/json", "{}", InvocationVerdict.Failed)]
    [InlineData(500, null, "", InvocationVerdict.Failed)]
    public void OnlyAJsonObjectSucceedsAndNothingHangs(int status, string? contentType, string body, InvocationVerdict verdict)
    {
        var reply = InvocationReply.Judge(status, contentType, Encoding.UTF8.GetBytes(body));
        Assert.Equal(verdict, reply.Verdict);
        Assert.Equal(status, reply.Status);
        Assert.Equal(reply.Succeeded, reply.Reason.Length == 0);
    }

    [Fact]
    public void LogsAreRead() =>
        Assert.Equal(["one", "two"], InvocationReply.Judge(200, "application/json", "{\"Logs\":[\"one\",\"two\"]}"u8).Logs);
}
