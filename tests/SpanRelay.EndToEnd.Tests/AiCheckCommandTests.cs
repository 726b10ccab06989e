using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests;

public sealed class AiCheckCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spanrelay").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task WhatTheRelayAddsIsEnoughAndWithoutItTheMissingKeysAreNamed()
    {
        using var deadline = new Deadline();
        var export = Export(Whole());

        var (exitCode, output) = await CommandLine.RunAsync(export, deadline.Token, "ai-check");
        Assert.True(exitCode == 0, output);
        Assert.Contains("redacted and normalized", output, StringComparison.Ordinal);
        Assert.Contains("1 × model call", output, StringComparison.Ordinal);

        var off = new Dictionary<string, string> { ["GenAi__Normalize"] = "false" };
        (exitCode, output) = await CommandLine.RunAsync(export, off, onStart: null, deadline.Token, "ai-check");
        Assert.True(exitCode == 1, output);
        Assert.Contains("gen_ai.usage.input_tokens on 1 of 1", output, StringComparison.Ordinal);
        Assert.DoesNotContain("redacted and normalized", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderIsCheckedAsAWholeAndAFileThatCannotBeReadIsNamed()
    {
        using var deadline = new Deadline();
        await File.WriteAllBytesAsync(Path.Combine(_folder, "one.bin"), Export(Whole()), deadline.Token);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "two.bin"), Some.Gzip(Export(Whole())), deadline.Token);

        var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, "ai-check", _folder);
        Assert.True(exitCode == 0, output);
        Assert.Contains("2 × model call", output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(_folder, "three.txt"), "hello", deadline.Token);
        (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, "ai-check", _folder);
        Assert.True(exitCode == 2, output);
        Assert.Contains("three.txt: ", output, StringComparison.Ordinal);
        Assert.Contains("2 × model call", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.bin")]
    [InlineData("")]
    public async Task WhatIsNotThereCannotBeRead(string name)
    {
        using var deadline = new Deadline();

        var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, "ai-check", Path.Combine(_folder, name));

        Assert.True(exitCode == 2, output);
        Assert.StartsWith("✗ ", output, StringComparison.Ordinal);
    }

    private static Span Whole() => new()
    {
        TraceId = ByteString.CopyFrom(new byte[15].Append((byte)1).ToArray()),
        SpanId = ByteString.CopyFrom(new byte[7].Append((byte)1).ToArray()),
        Name = "Model: gpt-4o",
        EndTimeUnixNano = 1,
        Attributes =
        {
            Some.Attribute("tfy.span_type", "Model"), Some.Attribute("tfy.model.name", "gpt-4o"), Some.Attribute("tfy.model.fqn", "sample:openai-main:gpt-4o"),
            Some.Attribute("tfy.model.metric.input_tokens", "3"), Some.Attribute("tfy.model.metric.output_tokens", "2"),
        },
    };

    private static byte[] Export(Span span) => new ExportTraceServiceRequest
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = new Resource { Attributes = { Some.Attribute("service.name", "tfy-llm-gateway") } },
                ScopeSpans = { new ScopeSpans { Spans = { span } } },
            },
        },
    }.ToByteArray();
}
