using CsCheck;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Redaction;

public sealed class WithheldBytesTests
{
    private static readonly RedactionPolicy Policy = new() { Drop = ["acme.internal"] };

    [Fact]
    public void EveryDroppedAttributeCountsWithItsSizeByWhyItWasDropped() => Gen.Select(Gen.Int[0, 300], Gen.Int[0, 300], Gen.Int[0, 300], Gen.Int[0, 300], Gen.Bool).Sample((prompt, key, own, unknown, isInOrder) =>
    {
        var span = Some.Span();
        KeyValue[] dropped = [Some.Attribute("gen_ai.input.messages", new string('p', prompt)), Some.Attribute("Authorization", new string('k', key)), Some.Attribute("acme.internal", new string('o', own))];
        span.Attributes.Add([Some.Attribute("gen_ai.request.model", "gpt-4o"), .. dropped]);
        var payload = new byte[unknown];
        byte[] field = [.. new byte[] { 0xA2, 0x06 }, .. Varint(unknown), .. payload]; // Field 100.
        byte[] encoded = isInOrder ? [.. span.ToByteArray(), .. field] : [.. field, .. span.ToByteArray()];

        var resource = Assert.Single(Redact(Wrapped(encoded)));

        Assert.Equal(new WithheldBytes(SizeOf(dropped[0]), SizeOf(dropped[1]), field.Length, SizeOf(dropped[2])), resource.Withheld);
    });

    [Fact]
    public void ErrorTextsAndAttributesOfMessagesAreContent()
    {
        var span = Some.Span();
        span.Status = new Status { Code = Status.Types.StatusCode.Error, Message = "The prompt was: tell me" };
        var note = Some.Attribute("note", "hello");
        span.Events.Add(new Span.Types.Event { Name = "gen_ai.user.message", Attributes = { note } });

        var resource = Assert.Single(Redact(Some.Request(span).ToByteArray()));

        Assert.Equal(new WithheldBytes(2 + span.Status.Message.Length + SizeOf(note), 0, 0, 0), resource.Withheld);
    }

    [Fact]
    public void ResourcesAreToldApartAndCountedWithTheirSize()
    {
        var request = Some.Request(Some.Span(1));
        request.ResourceSpans.Add(Some.Request(Some.Span(2), Some.Span(3)).ResourceSpans);
        request.ResourceSpans[1].ScopeSpans[0].Spans[0].Attributes.Add(Some.Attribute("tfy.input", "hello"));

        var resources = Redact(request.ToByteArray());

        Assert.Equal(request.ResourceSpans.Select(each => each.CalculateSize()), resources.Select(each => each.Received));
        Assert.Equal([0, SizeOf(Some.Attribute("tfy.input", "hello"))], resources.Select(each => each.Withheld.Content));
    }

    private static List<ResourceBytes> Redact(byte[] request)
    {
        var redactor = new Redactor(new RedactionOptions { Policy = Policy }, ResourceAttributes.None);
        var resources = new List<ResourceBytes>();
        using var output = new PooledBuffer();
        redactor.Redact(request, output, new int[redactor.Rules.Count], null, resources);
        return resources;
    }

    /// <summary>An encoded span in a request.</summary>
    private static byte[] Wrapped(byte[] span) => Field(1, Field(2, Field(2, span)));

    private static byte[] Field(int number, byte[] value) => [(byte)(number << 3 | 2), .. Varint(value.Length), .. value];

    private static byte[] Varint(int value) => value < 0x80 ? [(byte)value] : value < 0x4000 ? [(byte)(value | 0x80), (byte)(value >> 7)] : [(byte)(value | 0x80), (byte)(value >> 7 | 0x80), (byte)(value >> 14)];

    private static int SizeOf(KeyValue attribute) => new Span { Attributes = { attribute } }.CalculateSize();
}
