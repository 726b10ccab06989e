using CsCheck;
using Google.Protobuf;
using SpanRelay.GenAi;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction;
using SpanRelay.Tests.Redaction.Detectors;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.GenAi;

/// <summary>Normalization on the wire against the plain one on objects.</summary>
public sealed class NormalizationOracleTests
{
    private static readonly Redactor Plain = new(new RedactionOptions(), ResourceAttributes.None);
    private static readonly Redactor Normalizing = new GenAiOptions().CreateRedactor(new RedactionOptions(), ResourceAttributes.None);

    [Fact]
    public void ItIsWhatTheTableSays() => GenAiRequest.Requests.Sample(
        request =>
        {
            var expected = new ObjectModelRedactor(new RedactionOptions()).Redact(request);
            new ObjectModelNormalizer(new RedactionOptions()).Normalize(expected);

            Disagreement.IsNone(expected, Normalizing.Redact(request.ToByteArray()).Output, request.ToString);
        },
        iter: LongTests.Times(8_000));

    [Fact]
    public void ItIsWhatTheTableSaysHoweverTheRequestIsEncoded() => Gen.Select(GenAiRequest.Requests, Gen.Int[0, int.MaxValue]).Sample(
        (request, seed) =>
            Assert.Equal(Normalizing.Redact(request.ToByteArray()).Output, Normalizing.Redact(new ScrambledWire(seed).Of(request)).Output),
        iter: LongTests.Times(5_000));

    [Fact]
    public void ItIsWhatTheTableSaysWhateverThePolicy() => Gen.Select(AnyPolicy.Policies, GenAiRequest.Requests.Array[10]).Sample(
        (policy, requests) =>
        {
            var redactor = new GenAiOptions().CreateRedactor(policy.Options, ResourceAttributes.None);
            var oracle = new ObjectModelRedactor(policy.Options);
            var normalizer = new ObjectModelNormalizer(policy.Options);
            foreach (var request in requests)
            {
                var expected = oracle.Redact(request);
                normalizer.Normalize(expected);
                Disagreement.IsNone(redactor, oracle, expected, request.ToByteArray(), () => $"{policy}\n{request}");
            }
        },
        iter: LongTests.Times(300));

    /// <summary>Redaction itself may drop more in a second pass: what it replaced looks different. So nothing is redacted here.</summary>
    [Fact]
    public void ASecondPassAddsNothing()
    {
        var keepingAll = new GenAiOptions().CreateRedactor(new RedactionOptions { Policy = new RedactionPolicy { ExcludeRequestData = false, Detectors = new Dictionary<string, string>() } }, ResourceAttributes.None);
        GenAiRequest.Requests.Sample(
            request =>
            {
                var once = keepingAll.Redact(request.ToByteArray()).Output;

                Assert.Equal(once, keepingAll.Redact(once).Output);
            },
            iter: LongTests.Times(8_000));
    }

    /// <summary>As in a replay.</summary>
    [Fact]
    public void WhatWasWrittenStaysInASecondPass() => GenAiRequest.Requests.Sample(
        request =>
        {
            var once = Normalizing.Redact(request.ToByteArray()).Output;
            var twice = ExportTraceServiceRequest.Parser.ParseFrom(Normalizing.Redact(once).Output);

            foreach (var (first, second) in ExportTraceServiceRequest.Parser.ParseFrom(once).Spans().Zip(twice.Spans()))
            {
                var given = request.Spans().Single(span => span.SpanId == first.SpanId).Attributes.Select(attribute => attribute.Key).ToHashSet();
                Assert.Subset(second.Attributes.ToHashSet(), first.Attributes.Where(attribute => !given.Contains(attribute.Key)).ToHashSet());
            }
        },
        iter: LongTests.Times(5_000));

    [Fact]
    public void ItOnlyAppends() => GenAiRequest.Requests.Sample(
        request =>
        {
            var redacted = ExportTraceServiceRequest.Parser.ParseFrom(Plain.Redact(request.ToByteArray()).Output);
            var normalized = ExportTraceServiceRequest.Parser.ParseFrom(Normalizing.Redact(request.ToByteArray()).Output);
            foreach (var (before, after) in redacted.Spans().Zip(normalized.Spans()))
            {
                var added = after.Attributes.Skip(before.Attributes.Count).ToList();
                Assert.DoesNotContain(added, attribute => before.Attributes.Any(each => each.Key == attribute.Key));
                Assert.Equal(added.Count, added.Select(attribute => attribute.Key).Distinct().Count());
                Assert.InRange(added.Sum(attribute => attribute.CalculateSize() + 3), 0, 4096);
                while (after.Attributes.Count > before.Attributes.Count)
                    after.Attributes.RemoveAt(after.Attributes.Count - 1);
            }

            Assert.Equal(redacted, normalized);
        },
        iter: LongTests.Times(5_000));

    [Fact]
    public void EveryMappingIsReached()
    {
        var added = new HashSet<string>();
        GenAiRequest.Requests.Sample(
            request =>
            {
                var before = request.Spans().SelectMany(span => span.Attributes).Select(attribute => attribute.Key).ToHashSet();
                var after = ExportTraceServiceRequest.Parser.ParseFrom(Normalizing.Redact(request.ToByteArray()).Output);
                added.UnionWith(after.Spans().SelectMany(span => span.Attributes).Select(attribute => attribute.Key).Where(key => !before.Contains(key)));
            },
            iter: 5_000,
            threads: 1);

        Assert.Equal(Mappings.All.Select(mapping => mapping.Key).Distinct().Order(StringComparer.Ordinal), added.Order(StringComparer.Ordinal));
    }
}
