using CsCheck;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction.Detectors;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>The walk on the wire against the plain redactor on objects: whatever the policy, whatever the request, the same message.</summary>
public class OracleTests
{
    private const int RequestsToAPolicy = 20;

    [Fact]
    public void TheWalkIsWhatTheDocumentSaysWhateverThePolicyAndTheRequest() =>
        Gen.Select(AnyPolicy.Policies, RevealingRequest.Requests.Array[RequestsToAPolicy]).Sample(
            (policy, requests) => Compare(policy, requests, request => request.ToByteArray()),
            iter: LongTests.Times(110_000 / RequestsToAPolicy), print: _ => "as below");

    [Fact]
    public void TheWalkIsWhatTheDocumentSaysHoweverTheRequestIsEncoded() =>
        Gen.Select(AnyPolicy.Policies, RevealingRequest.Requests.Array[RequestsToAPolicy], Gen.Int[0, int.MaxValue]).Sample(
            (policy, requests, seed) => Compare(policy, requests, request => new ScrambledWire(seed).Of(request)),
            iter: LongTests.Times(20_000 / RequestsToAPolicy), print: _ => "as below");

    [Fact]
    public void TheWalkIsWhatTheDocumentSaysOfWhateverIsLawful() =>
        Gen.Select(AnyPolicy.Policies, AnyRequest.Requests.Array[RequestsToAPolicy]).Sample(
            (policy, requests) => Compare(policy, requests, request => request.ToByteArray()),
            iter: LongTests.Times(5_000 / RequestsToAPolicy), print: _ => "as below");

    [Fact]
    public void EveryRuleActsOften()
    {
        var (requests, spans) = (0, 0);
        var acted = new Dictionary<string, int>();
        Gen.Select(AnyPolicy.Policies, RevealingRequest.Requests).Sample(
            (policy, request) =>
            {
                var oracle = policy.Oracle();
                oracle.Redact(request);
                requests++;
                spans += request.Spans().Count();
                foreach (var rule in oracle.Counts.Keys)
                    acted[rule] = acted.GetValueOrDefault(rule) + 1;
            },
            iter: 4_000,
            threads: 1);

        Assert.InRange((double)spans / requests, 1, 5);
        foreach (var rule in new[] { "credentialKeys", "content", "allowOnly", "drop", "hash", "mask", "truncate", "email", "pattern:ticket", "pattern:chained" })
            Assert.InRange(acted[rule], requests / 200, requests);
    }

    private static void Compare(AnyPolicy policy, ExportTraceServiceRequest[] requests, Func<ExportTraceServiceRequest, byte[]> encode)
    {
        var redactor = policy.Redactor();
        var oracle = policy.Oracle();
        foreach (var request in requests)
            Disagreement.IsNone(redactor, oracle, oracle.Redact(request), encode(request), () => $"{policy}\n{request}");
    }
}
