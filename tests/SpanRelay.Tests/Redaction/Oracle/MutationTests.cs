using System.Diagnostics;
using CsCheck;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction.Detectors;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>
/// Requests full of canaries, broken in every way: what comes out is what the oracle makes of what a receiver would have read, without
/// a canary, or nothing. In bounded time and memory.
/// </summary>
public class MutationTests
{
    private const int MutationsToARequest = 50;

    // What the first redaction in a process initializes is not what a request allocates.
    static MutationTests()
    {
        var span = Some.Span();
        span.Attributes.Add(Some.Attribute("note", "token=hunter2 for ada@example.com, 2001:db8::1, {\"role\": \"user\"}"));
        using var output = new PooledBuffer();
        var redactor = new Redactor(new RedactionOptions(), SpanRelay.Otlp.ResourceAttributes.None);
        redactor.Redact(Some.Request(span).ToByteArray(), output, new int[redactor.Rules.Count]);
    }

    [Fact]
    public void HoweverARequestIsLaidOutItIsReadAsReceiversReadIt() =>
        Gen.Select(AnyPolicy.Policies, RevealingRequest.Requests, Gen.Int[0, int.MaxValue - MutationsToARequest]).Sample(
            (policy, request, seed) =>
            {
                var watched = policy with { Options = Canary.Watched(policy.Options) };
                var (redactor, oracle) = (watched.Redactor(), watched.Oracle());
                Protected.AddTo(request);
                var encoded = request.ToByteArray();
                for (var i = 0; i < MutationsToARequest; i++)
                {
                    var mutated = new StructureMutator(seed + i).Mutate(encoded);
                    var (result, output) = Redacted(redactor, mutated);

                    if (result.Problem != PayloadProblem.None || Canary.IsIn(output))
                        Assert.Fail($"{result.Problem}\n{watched}\n{Convert.ToHexString(mutated)}\n{Wire.Decoded(output)}");
                    Disagreement.IsNoneButInPseudonyms(oracle.Redact(mutated), output, () => $"{watched}\n{Convert.ToHexString(mutated)}\n{Wire.Decoded(mutated)}");
                }
            },
            iter: LongTests.Times(40_000 / MutationsToARequest),
            print: _ => "as below");

    [Fact]
    public void WhateverBreaksNothingIsThrownAndNothingLeaves() =>
        Gen.Select(AnyPolicy.Policies, RevealingRequest.Requests, Gen.Int[0, int.MaxValue]).Sample(
            (policy, request, seed) =>
            {
                var watched = policy with { Options = Canary.Watched(policy.Options) };
                var (redactor, oracle) = (watched.Redactor(), watched.Oracle());
                Shaped.AddTo(request);
                var encoded = request.ToByteArray();
                var mutator = new ByteMutator(new Random(seed));
                for (var i = 0; i < MutationsToARequest; i++)
                    Check(redactor, oracle, mutator.Mutate(encoded), watched);
            },
            iter: LongTests.Times(105_000 / MutationsToARequest),
            print: _ => "as below");

    [Fact]
    public void WhateverBreaksInTheLayoutTooNothingIsThrownAndNothingLeaves() =>
        Gen.Select(AnyPolicy.Policies, RevealingRequest.Requests, Gen.Int[0, int.MaxValue - MutationsToARequest]).Sample(
            (policy, request, seed) =>
            {
                var watched = policy with { Options = Canary.Watched(policy.Options) };
                var (redactor, oracle) = (watched.Redactor(), watched.Oracle());
                var encoded = request.ToByteArray();
                var mutator = new ByteMutator(new Random(seed));
                for (var i = 0; i < MutationsToARequest; i++)
                    Check(redactor, oracle, mutator.Mutate(new StructureMutator(seed + i).Mutate(encoded)), watched);
            },
            iter: LongTests.Times(20_000 / MutationsToARequest),
            print: _ => "as below");

    /// <summary>What <c>spanrelay redact</c> shows is what the relay sends.</summary>
    [Fact]
    public void WithAListenerTheSameBytesAndCountsComeOut() =>
        Gen.Select(AnyPolicy.Policies, RevealingRequest.Requests, Gen.Int[0, int.MaxValue - MutationsToARequest]).Sample(
            (policy, request, seed) =>
            {
                var redactor = policy.Redactor();
                var encoded = request.ToByteArray();
                var mutator = new ByteMutator(new Random(seed));
                for (var i = 0; i < MutationsToARequest; i++)
                {
                    var mutated = i % 2 == 0 ? mutator.Mutate(encoded) : new StructureMutator(seed + i).Mutate(encoded);
                    int[] hits = new int[redactor.Rules.Count], hitsHeard = new int[redactor.Rules.Count];
                    using PooledBuffer output = new(), outputHeard = new();
                    var (result, heard) = (redactor.Redact(mutated, output, hits), redactor.Redact(mutated, outputHeard, hitsHeard, (scoped in RedactionChange _) => { }));

                    var isSame = result.Problem == heard.Problem && output.WrittenSpan.SequenceEqual(outputHeard.WrittenSpan)
                        && (result.Problem != PayloadProblem.None || (result == heard && hits.SequenceEqual(hitsHeard)));
                    Assert.True(isSame, $"{result} {heard}\n{policy}\n{Convert.ToHexString(mutated)}");
                }
            },
            iter: LongTests.Times(10_000 / MutationsToARequest),
            print: _ => "as above");

    private static void Check(Redactor redactor, ObjectModelRedactor oracle, byte[] mutated, AnyPolicy policy)
    {
        var (result, output) = Redacted(redactor, mutated);
        if (result.Problem != PayloadProblem.None)
        {
            Assert.Empty(output);
            return;
        }

        if (Canary.IsInTextsOf(output))
            Assert.Fail($"{policy}\n{Convert.ToHexString(mutated)}\n{Wire.Decoded(output)}");
        if (IsReadable(mutated))
            Disagreement.IsNoneButInPseudonyms(oracle.Redact(mutated), output, () => $"{policy}\n{Convert.ToHexString(mutated)}\n{Wire.Decoded(mutated)}");
        else
            Wire.Decoded(output);
    }

    /// <summary>Redacts with an eye on the clock and the memory.</summary>
    private static (RedactionResult Result, byte[] Output) Redacted(Redactor redactor, byte[] request)
    {
        var hits = new int[redactor.Rules.Count];
        using var output = new PooledBuffer();
        var watch = Stopwatch.StartNew();
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();

        var result = redactor.Redact(request, output, hits);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        var rented = output.Length + output.GetMemory().Length;
        if (allocated > (2 << 20) + (200L * request.Length))
            Assert.Fail($"{allocated} bytes allocated for {request.Length}: {Convert.ToHexString(request)}");
        if (rented > (64 << 10) + (64L * request.Length))
            Assert.Fail($"{rented} bytes rented for {request.Length}: {Convert.ToHexString(request)}");
        if (watch.Elapsed > Deadline.Generous)
            Assert.Fail($"{watch.Elapsed} for {Convert.ToHexString(request)}");
        return (result, output.WrittenSpan.ToArray());
    }

    /// <summary>Whether receivers would have read it. Google's classes read numbers of fields that no 32 bits hold; others refuse them.</summary>
    private static bool IsReadable(byte[] request)
    {
        try
        {
            Wire.Decoded(request);
            WireTree.Of(request);
            return true;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Canaries that a pattern finds, in texts of all kinds.</summary>
    private static class Shaped
    {
        public static void AddTo(ExportTraceServiceRequest request)
        {
            var id = 0;
            foreach (var value in EveryValue.Of(request).Where(value => value.HasStringValue))
                value.StringValue += Canary.InProse(id++);
            foreach (var span in request.Spans())
                span.Attributes.Add(Some.Attribute(Canary.Shaped(id++), Canary.Shaped(id++)));
        }
    }

    /// <summary>Canaries that the names of credentials protect, and with them whatever is done to the layout.</summary>
    private static class Protected
    {
        public static void AddTo(ExportTraceServiceRequest request)
        {
            Shaped.AddTo(request);
            foreach (var span in request.Spans())
            {
                span.Attributes.Add(CanaryRequest.Attribute("x.password", CanaryRequest.Values(Canary.Plain(1))[span.Attributes.Count % 6]));
                span.Attributes.Add(CanaryRequest.Attribute("list", CanaryRequest.List(CanaryRequest.Map(Some.Attribute("Api-Key", Canary.Plain(2))))));
            }
        }
    }
}
