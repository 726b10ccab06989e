using System.Text.Json;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.GenAi;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;

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

    /// <summary>Also for payloads that are broken: what the command writes is what the relay would send, and what it refuses is refused.</summary>
    [Fact]
    public async Task ItIsTheRelayByteForByteAndSafeOnATerminal()
    {
        using var deadline = new Deadline();
        var redactor = new GenAiOptions().CreateRedactor(new RedactionOptions(), ResourceAttributes.None);
        var random = new Random(7);
        var whole = Hostile().ToByteArray();
        var written = 0;
        for (var i = 0; i < 12; i++)
        {
            var payload = i == 0 ? whole : Broken(whole, random, i);
            var output = Path.Combine(_folder, $"out{i}.bin");
            using var decoder = new PayloadDecoder();
            using var expected = new PooledBuffer();
            var export = decoder.Decode(payload, out var problem);
            problem = problem == PayloadProblem.None ? redactor.Redact(export, expected, new int[redactor.Rules.Count]).Problem : problem;

            var (exitCode, text) = await CommandLine.RunAsync(payload, deadline.Token, "redact", "--write", output);

            Assert.True((exitCode == 0) == (problem == PayloadProblem.None), $"{exitCode} {problem} {text}\n{Convert.ToHexString(payload)}");
            Assert.True(exitCode is 0 or 1 && !text.Contains("   at ", StringComparison.Ordinal), text);
            if (exitCode == 0)
                Assert.Equal(expected.WrittenSpan, File.ReadAllBytes(output));
            Assert.DoesNotContain(text, letter => char.IsControl(letter) && letter is not ('\n' or '\r'));
            written += exitCode == 0 ? 1 : 0;
        }

        Assert.InRange(written, 3, 12);
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

    /// <summary>Names, keys and values that would move the cursor or change colors; bytes that are not UTF-8; a value that is none below a dropped key.</summary>
    private static ExportTraceServiceRequest Hostile()
    {
        var request = ExportTraceServiceRequest.Parser.ParseFrom(Some.Event(
            Some.Attribute("tfy.input", "a\u001b[31mb\u0007\r\nc"), Some.Attribute("\u001b]0;title\u0007note mail@" + "example.com", "\u009b2J mail@" + "example.com"),
            new KeyValue { Key = "gen_ai.prompt", Value = new AnyValue { BytesValue = ByteString.CopyFrom(0xFF, 0xC3, 0x28) } },
            Some.Attribute("password\u001b[1m", "hunter2\u001b[0m"), Some.Attribute("note", "ask ada@" + "example.com")).Body);
        request.ResourceSpans[0].ScopeSpans[0].Spans[0].Name = "\u001b[5m chat\u0000";
        return request;
    }

    /// <summary>A byte of the payload is another, so that lengths, tags and texts are wrong.</summary>
    private static byte[] Broken(byte[] whole, Random random, int round)
    {
        var payload = (byte[])whole.Clone();
        var value = payload.AsSpan().IndexOf("a\u001b[31mb"u8);
        if (round == 1)
            payload[value - 2] = 0x1F; // The dropped value is no AnyValue.
        else if (round == 2)
            payload[value] = 0xFF;
        else
            payload[random.Next(payload.Length)] = (byte)random.Next(256);
        return payload;
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
