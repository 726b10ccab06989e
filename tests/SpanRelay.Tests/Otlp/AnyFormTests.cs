using System.Text;
using CsCheck;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.Diagnosis;
using SpanRelay.Local.Faults;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Otlp;

/// <summary>Whatever arrives: all spans that it holds, or a refusal.</summary>
public sealed class AnyFormTests
{
    private static readonly Redactor Redactor = new(new RedactionOptions(), ResourceAttributes.None);

    [Fact]
    public void DecodingYieldsExactlyTheSpansOrRefuses()
    {
        long read = 0, all = 0;
        AnyForm.All.Sample(each =>
        {
            using var decoder = new PayloadDecoder();
            var export = decoder.Decode(each.Body, out var problem).ToArray();
            Interlocked.Increment(ref all);
            if (problem != PayloadProblem.None)
                return;

            Interlocked.Increment(ref read);
            Assert.Equal(IdsOf(each.Request), IdsOf(ExportTraceServiceRequest.Parser.ParseFrom(export)));
        }, iter: 3_000, print: each => each.Form);

        TestContext.Current.TestOutputHelper!.WriteLine($"{read} of {all} read.");
        Assert.InRange(read, all / 2, all); // Lengths and schema ids before anything but an export are refused.
    }

    /// <summary>Cut, altered and extended bodies: never an exception, and never fewer spans without a refusal.</summary>
    [Fact]
    public void AMutationIsReadInFullOrRefused()
    {
        Gen.Select(AnyForm.All, Gen.Int[0, 3], Gen.Double[0, 1], Gen.Byte).Sample((each, kind, place, value) =>
        {
            var body = Mutate(each.Body, kind, (int)(place * each.Body.Length), value);
            using var decoder = new PayloadDecoder();
            var export = decoder.Decode(body, out var problem);
            var result = problem == PayloadProblem.None ? Redact(export) : new RedactionResult { Problem = problem };
            if (result.Problem != PayloadProblem.None)
                Assert.NotNull(PayloadClassifier.Classify(body, result.Problem));
            else if (kind == 0 && body.Length < each.Body.Length && HasAnEnd(each.Form))
                Assert.Fail($"{each.Form}, cut to {body.Length} of {each.Body.Length} bytes, was read with {result.Spans} spans.");
        }, iter: 3_000, print: each => each.Item1.Form);
    }

    [Fact]
    public void ABombIsRefusedAtTheLimitInEveryLayer()
    {
        var zeros = new byte[PayloadDecoder.MaxInflatedBytes + 1];
        Func<byte[], byte[]>[] compressions = [Wrapped.Gzip, Wrapped.Zlib, Wrapped.Zstd, bytes => Wrapped.Grpc(Wrapped.Gzip(bytes), isCompressed: true)];
        foreach (var compress in compressions)
        {
            var bomb = compress(zeros);
            Assert.Equal(PayloadProblem.InflatesTooFar, ProblemOf(bomb));
            Assert.Equal(PayloadProblem.InflatesTooFar, ProblemOf(Wrapped.Gzip(bomb)));
            Assert.Equal(PayloadProblem.InflatesTooFar, ProblemOf(Wrapped.Base64(bomb)));
            Assert.Equal(PayloadProblem.InflatesTooFar, ProblemOf(Encoding.UTF8.GetBytes(Wrapped.CloudEvent($"\"data_base64\":\"{Convert.ToBase64String(bomb)}\""))));
        }

        Assert.Equal(PayloadProblem.MalformedProtobuf, ProblemOf(Wrapped.Deflate(zeros)));
    }

    /// <summary>The limit is one for all layers: two that produce half of it each, and a little more, are too much.</summary>
    [Fact]
    public void TheLimitIsOneForAllLayers()
    {
        var half = new byte[PayloadDecoder.MaxInflatedBytes / 2 + 1];
        Random.Shared.NextBytes(half);

        Assert.Equal(PayloadProblem.InflatesTooFar, ProblemOf(Wrapped.Gzip(Wrapped.Gzip(half))));
    }

    [Fact]
    public void WhatADecoderAllocatesGrowsNoFasterThanTheBody()
    {
        foreach (var make in (Func<int, byte[]>[])[Spans, size => Wrapped.Base64(Spans(size)), size => Encoding.ASCII.GetBytes(new string('[', size)), size => Encoding.ASCII.GetBytes(new string('A', size))])
        {
            var (small, large) = (Allocated(make(20_000)), Allocated(make(200_000)));
            Assert.InRange(large, 0, (small * 20) + 4_000_000);
        }
    }

    private static byte[] Spans(int size)
    {
        var request = Some.Request();
        while (request.CalculateSize() < size)
            request.ResourceSpans[0].ScopeSpans[0].Spans.Add(Enumerable.Repeat(Some.Span(), 50));
        return request.ToByteArray();
    }

    private static long Allocated(byte[] body)
    {
        ProblemOf(body);
        var before = GC.GetAllocatedBytesForCurrentThread();
        ProblemOf(body);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Whether a cut can be seen: lines and arrays may end anywhere, others say how long they are or close what they open.</summary>
    private static bool HasAnEnd(string form) =>
        form.StartsWith("gzip", StringComparison.Ordinal) || form.StartsWith("zlib", StringComparison.Ordinal) || form.StartsWith("zstd", StringComparison.Ordinal)
        || form.StartsWith("CloudEvent", StringComparison.Ordinal) || form.StartsWith("envelope", StringComparison.Ordinal);

    private static byte[] Mutate(byte[] body, int kind, int place, byte value) => kind switch
    {
        0 => body[..place],
        1 => [.. body[..place], value, .. body[Math.Min(place + 1, body.Length)..]],
        2 => [.. body[..place], value, .. body[place..]],
        _ => [.. body, value],
    };

    private static PayloadProblem ProblemOf(byte[] body)
    {
        using var decoder = new PayloadDecoder();
        decoder.Decode(body, out var problem);
        return problem;
    }

    private static RedactionResult Redact(ReadOnlySpan<byte> export)
    {
        using var output = new PooledBuffer();
        return Redactor.Redact(export, output, new int[Redactor.Rules.Count]);
    }

    private static IEnumerable<string> IdsOf(ExportTraceServiceRequest request) =>
        request.Spans().Select(span => $"{span.TraceId.ToBase64()} {span.SpanId.ToBase64()} {span.Name}");
}
