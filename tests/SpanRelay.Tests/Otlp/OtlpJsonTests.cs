using System.Text;
using CsCheck;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Otlp;

public class OtlpJsonTests
{
    [Fact]
    public void EveryFieldOfEveryMessageSurvivesTheJsonForm() => AnyRequest.Requests.Sample(request =>
    {
        var converted = Convert(OtlpJsonText.Of(request), out var problem);

        Assert.Equal(PayloadProblem.None, problem);
        Assert.Equal(request, converted);
    }, iter: 2_000);

    [Theory]
    [InlineData("\"1700000000000000001\"")]
    [InlineData("1700000000000000001")]
    [InlineData("1700000000000000001.0")]
    public void SixtyFourBitIntegersKeepEveryDigit(string literal)
    {
        var span = Span($"\"startTimeUnixNano\":{literal}");

        Assert.Equal(1_700_000_000_000_000_001UL, span.StartTimeUnixNano);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("\"SPAN_KIND_CLIENT\"")]
    [InlineData("\"3\"")]
    public void EnumsAreIntegersAndTheirNamesAreUnderstood(string literal) =>
        Assert.Equal(SpanRelay.Otlp.Schema.Span.Types.SpanKind.Client, Span($"\"kind\":{literal}").Kind);

    [Theory]
    [InlineData("{\"intValue\":\"-9223372036854775808\"}", long.MinValue)]
    [InlineData("{\"intValue\":9223372036854775807}", long.MaxValue)]
    [InlineData("{\"intValue\":-1e3}", -1000)]
    public void IntegersMayBeStringsOrNumbers(string value, long expected) => Assert.Equal(expected, Value(value).IntValue);

    [Theory]
    [InlineData("{\"doubleValue\":\"NaN\"}", double.NaN)]
    [InlineData("{\"doubleValue\":\"-Infinity\"}", double.NegativeInfinity)]
    [InlineData("{\"doubleValue\":1.5e300}", 1.5e300)]
    public void DoublesMayBeWords(string value, double expected) => Assert.Equal(expected, Value(value).DoubleValue);

    [Theory]
    [InlineData("+/8=")]
    [InlineData("-_8")]
    public void BytesAreBase64OfEitherAlphabet(string base64) =>
        Assert.Equal(ByteString.CopyFrom(0xFB, 0xFF), Value($"{{\"bytesValue\":\"{base64}\"}}").BytesValue);

    [Fact]
    public void IdsAreHexInEitherCase() =>
        Assert.Equal("5B8EFFF798038103", System.Convert.ToHexString(Span("\"parentSpanId\":\"5b8EFFf798038103\"").ParentSpanId.Span));

    [Fact]
    public void UnknownMembersAndNullsAreIgnored()
    {
        var span = Span("\"future\":{\"a\":[{\"b\":[1,2,\"}\"]}]},\"status\":null,\"name\":\"kept\",\"attributes\":null");

        Assert.Equal(("kept", true, 0), (span.Name, span.Status is null, span.Attributes.Count));
    }

    [Fact]
    public void EscapesAreUndone() => Assert.Equal("a\"\\/\b\f\n\r\té😀", Value("{\"stringValue\":\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"}").StringValue);

    [Fact]
    public void ATextCutInsideACharacterIsKeptWithAReplacementThere() =>
        Assert.Equal("cut\n\uFFFD", Value("{\"stringValue\":\"cut\\n\\ud83d\"}").StringValue);

    [Theory]
    [InlineData("\"name\":7")]
    [InlineData("\"kind\":\"SPAN_KIND_LOUD\"")]
    [InlineData("\"kind\":1.5")]
    [InlineData("\"endTimeUnixNano\":-1")]
    [InlineData("\"endTimeUnixNano\":\"18446744073709551616\"")]
    [InlineData("\"endTimeUnixNano\":{}")]
    [InlineData("\"attributes\":{}")]
    [InlineData("\"attributes\":[7]")]
    [InlineData("\"status\":[]")]
    [InlineData("\"flags\":4294967296")]
    [InlineData("\"attributes\":[{\"key\":\"k\",\"value\":{\"boolValue\":\"true\"}}]")]
    [InlineData("\"attributes\":[{\"key\":\"k\",\"value\":{\"doubleValue\":true}}]")]
    [InlineData("\"attributes\":[{\"key\":\"k\",\"value\":{\"bytesValue\":\"*\"}}]")]
    public void AMemberOfTheWrongKindIsRefused(string members)
    {
        Convert(SpanJson(members), out var problem);

        Assert.Equal(PayloadProblem.InvalidJson, problem);
    }

    [Theory]
    [InlineData("xyz")]
    [InlineData("abc")]
    [InlineData("W47/95gDgQPSabYzgT/GDA==")]
    [InlineData("5b8efff7-9803-8103-d269-b633813fc60c")]
    public void AnIdThatIsNotHexIsRefusedAsThat(string id)
    {
        Convert(SpanJson($"\"traceId\":\"{id}\""), out var problem);

        Assert.Equal(PayloadProblem.IdNotHex, problem);
    }

    [Theory]
    [InlineData("\"W47/95gDgQPSabYzgT/GDA==\"")]
    [InlineData("7")]
    [InlineData("{\"a\":[1]}")]
    public void AmongIdsInHexAnotherOneCostsItsSpanOnly(string id)
    {
        var good = "{\"traceId\":\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\"}";
        var export = Convert($"{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{{\"traceId\":{id},\"spanId\":\"eee19b7ec3c1b175\",\"name\":\"bad\"}},{good}]}}]}}]}}", out var problem);

        Assert.Equal(PayloadProblem.None, problem);
        var spans = export!.Spans().ToList();
        Assert.Equal([0, 16], spans.Select(span => span.TraceId.Length));
        Assert.Equal([8, 8], spans.Select(span => span.SpanId.Length));
    }

    [Fact]
    public void WhatFollowsTheObjectIsRefused()
    {
        Convert("{\"resourceSpans\":[{}]} {", out var problem);

        Assert.Equal(PayloadProblem.InvalidJson, problem);
    }

    [Fact]
    public void DeepNestingIsRefusedWithoutHarm()
    {
        var array = string.Concat(Enumerable.Repeat("{\"arrayValue\":{\"values\":[", 10_000));
        Convert(SpanJson($"\"attributes\":[{{\"key\":\"k\",\"value\":{array}"), out var problem);
        Assert.Equal(PayloadProblem.NestedTooDeep, problem);

        Convert(new string('[', 10_000), out problem);
        Assert.Equal(PayloadProblem.InvalidJson, problem);
        Convert($"{{\"a\":{new string('[', 10_000)}", out problem);
        Assert.Equal(PayloadProblem.InvalidJson, problem);
    }

    private static string SpanJson(string members) => $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{{members}}}]}]}]}""";

    private static Span Span(string members)
    {
        var request = Convert(SpanJson(members), out var problem);
        Assert.Equal(PayloadProblem.None, problem);
        return Assert.Single(request!.Spans());
    }

    private static AnyValue Value(string value) => Assert.Single(Span($"\"attributes\":[{{\"key\":\"k\",\"value\":{value}}}]").Attributes).Value;

    private static ExportTraceServiceRequest? Convert(string json, out PayloadProblem problem)
    {
        using var output = new PooledBuffer();
        problem = OtlpJson.TryConvert(Encoding.UTF8.GetBytes(json), output, out _);
        return problem == PayloadProblem.None ? ExportTraceServiceRequest.Parser.ParseFrom(output.WrittenSpan) : null;
    }
}
