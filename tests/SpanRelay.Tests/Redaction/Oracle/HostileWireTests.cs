using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction.Detectors;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>What a sender might try, so that the redactor sees one message and the receiver another.</summary>
public class HostileWireTests
{
    private const string Secret = "kanarie";

    private static readonly Redactor ByDefault = new(new RedactionOptions(), ResourceAttributes.None);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ASpanOutOfOrderIsCountedOnce(bool isListenedTo)
    {
        byte[][] fields =
        [
            Wire.Field(TraceSchema.SpanAttributes, Wire.Key("note"), Wire.Value("ada@example.com")),
            Wire.Field(TraceSchema.SpanAttributes, Wire.Key("tfy.input"), Wire.Value(Secret)),
            Wire.Text(101, Secret),
        ];
        byte[] named = Some.Span(name: "grace@example.com").ToByteArray();
        byte[] name = Wire.Text(5, "grace@example.com");
        var hits = new int[2][];
        var results = new RedactionResult[2];
        var told = 0;
        for (var i = 0; i < 2; i++)
        {
            using var output = new PooledBuffer();
            hits[i] = new int[ByDefault.Rules.Count];
            results[i] = ByDefault.Redact(
                i == 0 ? Wire.RequestOf(Wire.Field(2, [named, .. fields])) : Wire.RequestOfSpan([.. fields, name]), output, hits[i], isListenedTo ? (scoped in _) => told++ : null);
        }

        Assert.Equal(3, hits[0].Sum());
        Assert.Equal(hits[0], hits[1]);
        Assert.Equal(results[0], results[1]);
        Assert.Equal((1, 1, 1), (results[1].Spans, results[1].AttributesRemoved, results[1].UnknownFieldsRemoved));
        Assert.Equal(isListenedTo ? 6 : 0, told);
    }

    [Fact]
    public void AValueBeforeItsKeyIsDroppedWithIt() =>
        Assert.Empty(Attributes(Redacted(Wire.RequestOfAttribute(Wire.Value(Secret), Wire.Key("tfy.input")))));

    [Fact]
    public void AKeyThatTurnsSecretIsSecret() =>
        Assert.Empty(Attributes(Redacted(Wire.RequestOfAttribute(Wire.Key("note"), Wire.Value(Secret), Wire.Key("Authorization")))));

    [Fact]
    public void AKeyThatTurnsHarmlessIsWhatTheReceiverWillSee()
    {
        var output = Redact(Wire.RequestOfAttribute(Wire.Key("Authorization"), Wire.Value("kept"), Wire.Key("note")));

        Assert.Equal(Some.Attribute("note", "kept"), Assert.Single(Attributes(output)));
        Assert.False(output.Contains("Authorization"));
    }

    [Fact]
    public void OfAValueThatComesTwiceOnlyTheLastIsSent()
    {
        var output = Redacted(Wire.RequestOfAttribute(Wire.Key("note"), Wire.Value(Secret), Wire.Value("kept")));

        Assert.Equal(Some.Attribute("note", "kept"), Assert.Single(Attributes(output)));
    }

    [Fact]
    public void OfAOneofThatIsSetTwiceOnlyTheLastMemberIsSent()
    {
        var value = Wire.Field(2, Wire.Text(1, Secret), Wire.Field(6, Wire.Field(1, Wire.Key(Secret))), Wire.Number(3, 7));
        var output = Redacted(Wire.RequestOfAttribute(Wire.Key("note"), value));

        Assert.Equal(7, Assert.Single(Attributes(output)).Value.IntValue);
    }

    [Fact]
    public void AMapInTwoPiecesIsRedactedAsOne()
    {
        var password = Wire.Field(6, Wire.Field(1, Wire.Key("password"), Wire.Value(Secret)));
        var id = Wire.Field(6, Wire.Field(1, Wire.Key("id"), Wire.Value("7")));
        var output = Redacted(Wire.RequestOfAttribute(Wire.Field(2, password), Wire.Key("request"), Wire.Field(2, id)));

        Assert.Equal(Some.Attribute("id", "7"), Assert.Single(Assert.Single(Attributes(output)).Value.KvlistValue.Values));
    }

    [Fact]
    public void PaddedVarintsHideNothing()
    {
        byte[] key = [.. Wire.Varint(1 << 3 | 2, longest: 5), .. Wire.Varint(9, longest: 10), .. "tfy.input"u8];
        byte[] value = [.. Wire.Varint(2 << 3 | 2, longest: 3), .. Wire.Varint(9, longest: 4), .. Wire.Text(1, Secret)];

        Assert.Empty(Attributes(Redacted(Wire.RequestOfAttribute(value, key))));
    }

    [Fact]
    public void AKnownNumberOfAnotherWireTypeIsAnUnknownField()
    {
        // The key as a number does not replace the key as a text; the text that stands where a number belongs is dropped.
        var asNumber = Wire.RequestOfAttribute(Wire.Key("tfy.input"), Wire.Number(1, 5), Wire.Fixed64(2, 6), Wire.Value(Secret));
        var asText = Wire.RequestOfSpan(Wire.Text(6, Secret), Wire.Text(7, Secret), Wire.Text(16, Secret), Wire.Number(5, 9));

        Assert.Empty(Attributes(Redacted(asNumber)));
        Assert.Equal(Some.Span().Name, Span(Redacted(asText)).Name);
    }

    [Fact]
    public void GroupsAreRefused()
    {
        byte[][] requests =
        [
            Wire.RequestOfSpan(Wire.Group(101, Wire.Text(1, Secret))),
            Wire.RequestOfSpan(Wire.Group(9, Wire.Text(1, Secret))),
            Wire.RequestOfAttribute(Wire.Key("note"), Wire.Group(2, Wire.Text(1, Secret))),
            [.. Wire.RequestOfSpan(), .. Wire.Group(1)],
            [.. Wire.RequestOfSpan(), .. Wire.Varint(1 << 3 | 4)],
        ];

        Assert.All(requests, request => Assert.Equal(PayloadProblem.MalformedProtobuf, Refused(request)));
    }

    [Fact]
    public void ACredentialInAMapInAListInAMapIsFound()
    {
        var credential = Map("inner", Map("x-api-key", Some.Text(Secret)));
        var list = new AnyValue { ArrayValue = new ArrayValue { Values = { Some.Text("a"), credential } } };
        var request = Wire.RequestOfSpan(Wire.Field(9, new KeyValue { Key = "outer", Value = Map("list", list) }.ToByteArray()));

        Assert.Single(Attributes(Redacted(request)));
    }

    [Fact]
    public void KeysAndValuesThatAreNotUtf8AreRepairedAndThenSearched()
    {
        byte[] broken = [0xFF, .. Encoding.UTF8.GetBytes(" mail@" + "example.com "), 0xE2, 0x82];
        var output = Redact(Wire.RequestOfAttribute(Wire.Field(1, broken), Wire.Field(2, Wire.Field(1, broken))));

        Assert.Equal(Some.Attribute("\uFFFD [email] \uFFFD", "\uFFFD [email] \uFFFD"), Assert.Single(Attributes(output)));
    }

    [Fact]
    public void AKeyThatIsNotUtf8IsStillTheKeyItEndsWith() =>
        Assert.Empty(Attributes(Redacted(Wire.RequestOfAttribute(Wire.Field(1, [0xC3, (byte)'.', .. "password"u8]), Wire.Value(Secret)))));

    [Theory]
    [InlineData("gen_ai.user.message", "retry", true)]
    [InlineData("retry", "gen_ai.user.message", false)]
    [InlineData("retry", "GEN_AI.CHOICE", false)]
    public void TheLastNameOfAnEventSaysWhetherItIsAMessage(string first, string last, bool stays)
    {
        var attribute = Wire.Field(3, Wire.Key("body"), Wire.Value(Secret));
        var output = Redact(Wire.RequestOfSpan(Wire.Field(11, Wire.Text(2, first), attribute, Wire.Text(2, last))));

        Assert.Equal(stays ? 1 : 0, Assert.Single(Span(output).Events).Attributes.Count);
        Assert.Equal(stays, output.Contains(Secret));
    }

    [Fact]
    public void AnAttributeOfAMessageIsDroppedBeforeItsNameIsKnown() =>
        Assert.Empty(Assert.Single(Span(Redacted(Wire.RequestOfSpan(
            Wire.Field(11, Wire.Field(3, Wire.Value(Secret), Wire.Key("body")), Wire.Text(2, "gen_ai.choice"))))).Events).Attributes);

    [Fact]
    public void AResourceInTwoPiecesIsRedactedAsOneAndGivenItsAttributesOnce()
    {
        var redactor = new Redactor(new RedactionOptions(), ResourceAttributes.Parse("service.name=given", out _));
        var secret = Wire.Field(1, Wire.Field(1, Wire.Key("Authorization"), Wire.Value(Secret)));
        var own = Wire.Field(1, Wire.Field(1, Wire.Key("service.name"), Wire.Value("own")));
        var (result, output) = redactor.Redact(Wire.Field(1, secret, Wire.Field(2, Wire.Field(2, Some.Span().ToByteArray())), own));

        Assert.Equal(PayloadProblem.None, result.Problem);
        Assert.False(output.Contains(Secret));
        Assert.Equal(Some.Attribute("service.name", "given"), Assert.Single(Assert.Single(Wire.Decoded(output).ResourceSpans).Resource.Attributes));
    }

    [Fact]
    public void AnAttributeWithoutANameIsPartOfItsMembersPaths()
    {
        // Otherwise its members would pass for attributes: of another name to policies, and with rules that are for attributes only.
        var redactor = new Redactor(
            new RedactionOptions { Policy = new RedactionPolicy { Keep = ["input.value"], AllowOnly = ["", "input.value"], Drop = [".b"] } }, ResourceAttributes.None);
        var members = Map("input.value", Some.Text(Secret));
        members.KvlistValue.Values.Add([Some.Attribute("a", "kept"), Some.Attribute("b", Secret)]);
        var (_, output) = redactor.Redact(Wire.RequestOfAttribute(Wire.Field(2, members.ToByteArray())));

        Assert.False(output.Contains(Secret));
        Assert.Equal(Some.Attribute("a", "kept"), Assert.Single(Assert.Single(Attributes(output)).Value.KvlistValue.Values));
    }

    [Fact]
    public void AValueOfUnknownNumbersHasItsOwnPseudonym()
    {
        var redactor = new Redactor(
            new RedactionOptions { HashKey = new byte[16], Policy = new RedactionPolicy { Hash = ["*"] } }, ResourceAttributes.None);
        byte[][] values = [Wire.Text(1, ""), Wire.Number(1, 1), Wire.Number(1, 2), Wire.Number(8, 1)];

        var pseudonyms = values.Select(value => Assert.Single(Attributes(redactor.Redact(Wire.RequestOfAttribute(Wire.Key("a"), Wire.Field(2, value))).Output)).Value.StringValue);

        Assert.Equal(values.Length, pseudonyms.Distinct().Count());
    }

    [Fact]
    public void DeepNestingIsRefusedExactlyWhereParsersRefuseIt()
    {
        for (var levels = 80; levels < 120; levels++)
        {
            byte[] value = Wire.Text(1, "innermost");
            for (var i = 0; i < levels; i++)
                value = i % 2 == 0 ? Wire.Field(1, value) : Wire.Field(5, value);
            var request = Wire.RequestOfAttribute(Wire.Key("deep"), levels % 2 == 0 ? Wire.Field(2, value) : Wire.Field(2, Wire.Field(5, value)));

            var (result, output) = ByDefault.Redact(request);
            Assert.Equal(IsReadable(request) ? PayloadProblem.None : PayloadProblem.NestedTooDeep, result.Problem);
            Assert.Equal(result.Problem == PayloadProblem.None, output.Length > 0);
        }
    }

    public static TheoryData<string> Floods =>
    [
        "keys of one attribute", "pieces of one value", "pieces of pieces", "pieces of a resource", "members of a long path", "members of a long kept path",
        "unknown fields", "empty spans' events", "a long key", "split values all the way down",
    ];

    [Theory]
    [MemberData(nameof(Floods))]
    public void AFloodTakesTimeInProportion(string kind)
    {
        var request = Flood(kind, 1 << 20);
        var watch = Stopwatch.StartNew();

        var (result, output) = ByDefault.Redact(request);

        // A second on an idle machine; minutes when it is out of proportion.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Deadline.Generous);
        if (result.Problem == PayloadProblem.None)
            Assert.True(IsReadable(output));
        else
            Assert.Empty(output);
    }

    /// <param name="size">About how many bytes.</param>
    private static byte[] Flood(string kind, int size)
    {
        switch (kind)
        {
            case "keys of one attribute":
                return Wire.RequestOfAttribute(Repeated(Wire.Key("a"), size));
            case "pieces of one value":
                return Wire.RequestOfAttribute(Repeated(Wire.Field(2, Wire.Field(6, Wire.Field(1, Wire.Key("a")))), size));
            case "pieces of pieces":
                return Wire.RequestOfAttribute(Repeated(Wire.Field(2, Wire.Field(5), Wire.Field(5), Wire.Number(2, 1)), size));
            case "pieces of a resource":
                return Wire.Field(1, Repeated(Wire.Field(1, Wire.Field(1, Wire.Key("a"))), size));
            case "members of a long path":
                return Wire.RequestOfAttribute(Wire.Key("gen_ai.prompt." + new string('.', size / 2)), Wire.Field(2, Wire.Field(6, Repeated(Wire.Field(1, Wire.Key("b")), size / 2))));
            case "members of a long kept path":
                return Wire.RequestOfAttribute(Wire.Key(new string('a', size / 2)), Wire.Field(2, Wire.Field(6, Repeated(Wire.Field(1, Wire.Key("b")), size / 2))));
            case "unknown fields":
                return Wire.RequestOfSpan(Repeated(Wire.Number(101, 1), size));
            case "empty spans' events":
                return Wire.RequestOfSpan(Repeated(Wire.Field(11), size));
            case "a long key":
                return Wire.RequestOfAttribute(Wire.Key(string.Concat(Enumerable.Repeat("gen_ai.prompt.tool_calls.", size / 25))), Wire.Value("x"));
            case "split values all the way down":
                byte[] value = Wire.Text(1, new string('x', size / 100));
                for (var i = 0; i < 45; i++)
                    value = [.. Wire.Field(5), .. Wire.Field(5, Wire.Field(1, value))];
                return Wire.RequestOfAttribute(Wire.Key("a"), Wire.Field(2), Wire.Field(2, value));
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }

    private static byte[] Repeated(byte[] field, int size) => [.. Enumerable.Repeat(field, size / field.Length).SelectMany(bytes => bytes)];

    private static AnyValue Map(string key, AnyValue value) =>
        new() { KvlistValue = new KeyValueList { Values = { new KeyValue { Key = key, Value = value } } } };

    private static bool IsReadable(byte[] request)
    {
        try
        {
            Wire.Decoded(request);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static PayloadProblem Refused(byte[] request)
    {
        var (result, output) = ByDefault.Redact(request);
        Assert.Empty(output);
        return result.Problem;
    }

    private static byte[] Redact(byte[] request)
    {
        var (result, output) = ByDefault.Redact(request);
        Assert.Equal(PayloadProblem.None, result.Problem);
        return output;
    }

    private static byte[] Redacted(byte[] request)
    {
        var output = Redact(request);
        Assert.False(output.Contains(Secret));
        return output;
    }

    private static Span Span(byte[] output) => Assert.Single(Wire.Decoded(output).Spans());

    private static RepeatedField<KeyValue> Attributes(byte[] output) => Span(output).Attributes;
}
