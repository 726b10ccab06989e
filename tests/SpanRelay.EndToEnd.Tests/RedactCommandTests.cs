using System.Text.Json;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests;

public sealed class RedactCommandTests : IDisposable
{
    private const string Json = """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"chat","attributes":[{"key":"tfy.input","value":{"stringValue":"where is my parcel"}},{"key":"note","value":{"stringValue":"ask ada@example.com"}}]}]}]}]}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("spanrelay").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task WhatChangedIsShownWithTheRule()
    {
        using var deadline = new Deadline();

        var (exitCode, output) = await CommandLine.RunAsync(Some.Utf8(Json), deadline.Token, "redact", "--output", "json");

        Assert.Equal(0, exitCode);
        using var shown = JsonDocument.Parse(output);
        Assert.Equal(
            [("tfy.input", "content", "where is my parcel", null), ("note", "email", "ask ada@example.com", "ask [email]")],
            shown.RootElement.GetProperty("changes").EnumerateArray().Select(change => (
                change.GetProperty("what").GetString(), change.GetProperty("rule").GetString(), change.GetProperty("before").GetString(), change.GetProperty("after").GetString())));
        Assert.Equal(1, shown.RootElement.GetProperty("rules").GetProperty("email").GetInt32());
    }

    [Theory]
    [InlineData("""{ "payload": "traces.json", "leaves": ["ask [email]"], "staysBehind": ["where is my parcel", "ada@example.com"] }""", 0, "")]
    [InlineData("""{ "payload": "traces.json", "leaves": ["where is my parcel"] }""", 1, "where is my parcel")]
    [InlineData("""{ "payload": "traces.json", "staysBehind": ["[email]"] }""", 1, "[email]")]
    [InlineData("""{ "payload": "missing.json", "leaves": ["a"] }""", 1, "missing.json")]
    [InlineData("""{ "payload": """, 1, "one.case.json")]
    public async Task CasesAreRunAgainstAPolicy(string content, int expected, string reported)
    {
        using var deadline = new Deadline();
        await File.WriteAllTextAsync(Path.Combine(_folder, "traces.json"), Json, deadline.Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "one.case.json"), content, deadline.Token);

        var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, "redact", "--test", _folder);

        Assert.Equal(expected, exitCode);
        Assert.Contains(reported, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWouldLeaveCanBeWritten()
    {
        using var deadline = new Deadline();
        var input = Path.Combine(_folder, "in.bin");
        var output = Path.Combine(_folder, "out.bin");
        await File.WriteAllBytesAsync(input, Some.Gzip(Some.Event(Some.Attribute("tfy.input", "x"), Some.Attribute("kept", "y")).Body), deadline.Token);

        var (exitCode, text) = await CommandLine.RunAsync([], deadline.Token, "redact", "--write", output, input);

        Assert.True(exitCode == 0, text);
        var span = ExportTraceServiceRequest.Parser.ParseFrom(await File.ReadAllBytesAsync(output, deadline.Token)).ResourceSpans[0].ScopeSpans[0].Spans[0];
        Assert.Equal(Some.Attribute("kept", "y"), Assert.Single(span.Attributes));
    }

    [Fact]
    public async Task APolicyIsTriedBeforeItIsDeployed()
    {
        using var deadline = new Deadline();
        var policy = Path.Combine(_folder, "policy.json");
        await File.WriteAllTextAsync(policy, """{"mask": ["note"], "keep": ["tfy.input"]}""", deadline.Token);

        var (exitCode, output) = await CommandLine.RunAsync(Some.Utf8(Json), deadline.Token, "redact", "--policy", policy, "--output", "json");

        Assert.Equal(0, exitCode);
        Assert.Contains("\"after\": \"***\"", output, StringComparison.Ordinal);
        Assert.DoesNotContain("parcel", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APolicyWithAMistakeRefusesEverything()
    {
        using var deadline = new Deadline();
        var policy = Path.Combine(_folder, "policy.json");
        await File.WriteAllTextAsync(policy, """{"drop": [7]}""", deadline.Token);

        var (exitCode, output) = await CommandLine.RunAsync(Some.Utf8(Json), deadline.Token, "redact", "--policy", policy, "--output", "json");

        Assert.Equal(1, exitCode);
        Assert.Contains("$.drop[0] takes an attribute key.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APayloadThatIsNoneIsRefused()
    {
        using var deadline = new Deadline();

        var (exitCode, output) = await CommandLine.RunAsync(Some.Utf8("plain text"), deadline.Token, "redact");

        Assert.Equal(1, exitCode);
        Assert.Contains("Refused", output, StringComparison.Ordinal);
    }
}
