using System.Text;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.DeadLetters;

namespace SpanRelay.Tests.Redaction;

public class UnknownKeysTests
{
    private readonly UnknownKeys _keys = new(new TextRules(new RedactionPolicy()));

    [Fact]
    public void AKeyIsNamedOnceAnHourWhileItIsDropped()
    {
        Note("llm.idea");
        Assert.Equal(["\"llm.idea\""], _keys.Take(Some.Now));

        Note("llm.idea", "llm.other");
        Assert.Equal(["\"llm.other\""], _keys.Take(Some.Now.AddMinutes(59)));
        Assert.Equal(["\"llm.idea\""], _keys.Take(Some.Now.AddMinutes(60)));
        Assert.Empty(_keys.Take(Some.Now.AddMinutes(121)));
    }

    [Fact]
    public void ManyKeysAreNamedAFewAtATimeAndABoundedNumberIsRemembered()
    {
        for (var i = 0; i < 10_000; i++)
            Note($"llm.idea{i}");

        var named = new HashSet<string>();
        for (var lines = 0; _keys.Take(Some.Now) is { Count: > 0 } taken; lines++)
        {
            Assert.InRange(taken.Count, 1, 20);
            Assert.True(lines < 100);
            named.UnionWith(taken);
        }

        Assert.Equal(256, named.Count);
    }

    [Fact]
    public void KeysThatAreNoLongerDroppedMakeRoom()
    {
        for (var i = 0; i < 256; i++)
            Note($"llm.idea{i}");
        while (_keys.Take(Some.Now).Count > 0)
        {
        }

        _keys.Take(Some.Now.AddHours(1));
        Note("llm.late");

        Assert.Equal(["\"llm.late\""], _keys.Take(Some.Now.AddHours(1)));
    }

    [Theory]
    [InlineData("llm.a\nb\u001b[31m\u2028c\u202ed\"", "\"llm.a b [31m c d\\\"\"")]
    [InlineData("llm.ada@example.com.x", "\"[email].x\"")]
    [InlineData("llm.ключ", "\"llm.ключ\"")]
    public void AKeyIsShownOnOneLineWithoutControlCharactersAndSecrets(string key, string shown)
    {
        Note(key);

        Assert.Equal([shown], _keys.Take(Some.Now));
    }

    [Fact]
    public void ALongKeyIsCut()
    {
        Note("llm." + new string('a', 300));

        Assert.Equal($"\"llm.{new string('a', 95)}…\"", Assert.Single(_keys.Take(Some.Now)));
    }

    [Fact]
    public void AMemberIsNamedByItsPath()
    {
        var redactor = new Redactor(new RedactionOptions(), ResourceAttributes.None);
        var member = new AnyValue { KvlistValue = new KeyValueList { Values = { Some.Attribute("llm.idea", "a b"), Some.Attribute("n", "1") } } };
        var span = Some.Span();
        span.Attributes.Add([new KeyValue { Key = "note", Value = member }, Some.Attribute("llm.idea", "identifier")]);

        redactor.Redact(Some.Request(span).ToByteArray());

        Assert.Equal(["\"note.llm.idea\""], redactor.UnknownKeys.Take(Some.Now));
    }

    [Fact]
    public async Task TheRelayLogsThem()
    {
        var time = new SteppedTime(Some.Now);
        var log = new CollectingLogger<Relay>();
        await using var dynatrace = await DynatraceServer.StartAsync(new DynatraceServerOptions { TimeProvider = time }, TestContext.Current.CancellationToken);
        dynatrace.AddToken(new DynatraceToken(Some.Token, [DynatraceToken.ClassicIngestScope]));
        var options = new RelayOptions { Dynatrace = Some.Dynatrace(dynatrace.BaseAddress) };
        using var client = new DynatraceClient(options.Dynatrace, time);
        await using var relay = new Relay(options, client, new CollectingDeadLetterStore(), time, log);
        var span = Some.Span(1);
        span.Attributes.Add(Some.Attribute("llm.idea", "a b"));

        for (var batches = 0; batches < 2; batches++)
            await time.RunAsync(relay.ForwardAsync(Some.Batch(Some.Request(span).ToByteArray()), TestContext.Current.CancellationToken));

        Assert.Single(log.Lines, line => line.Contains("\"llm.idea\"", StringComparison.Ordinal) && line.Contains("keep", StringComparison.Ordinal));
    }

    private void Note(params string[] keys)
    {
        foreach (var key in keys)
            _keys.Note(Encoding.UTF8.GetBytes(key));
    }
}
