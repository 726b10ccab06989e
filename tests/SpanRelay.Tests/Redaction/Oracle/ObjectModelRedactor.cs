using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Collections;
using SpanRelay.Buffers;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Redaction.Detectors.Named;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>
/// What docs/redaction.md says, done the plain way: on objects, one after the other. It shares with the walk on the wire no more
/// than the lists of names, what the words of a key say, and what is found in one text. Not for use by two threads at once.
/// </summary>
internal sealed class ObjectModelRedactor(RedactionOptions options, params IReadOnlyList<KeyValuePair<string, string>> resourceAttributes)
{
    private const string AuditKey = "spanrelay.redactions";

    private static readonly ConcurrentDictionary<(string Key, bool ExcludesErrors), ContentVerdict> Classified = new();

    /// <summary>What the rule hash writes.</summary>
    private static readonly Regex Written = new(@"^hmac:[0-9a-f]{32}\z", RegexOptions.CultureInvariant);

    /// <summary>Quoted texts, comments and numbers; words are matched first where they start, so that digits in names stay.</summary>
    private static readonly Regex Literal = new(
        """'(?:\\[\s\S]|''|[^'\\])*(?:'|\\?\z)|"(?:\\[\s\S]|""|[^"\\])*(?:"|\\?\z)|--[^\n]*|/\*[\s\S]*?(?:\*/|\z)|\$\$[\s\S]*?(?:\$\$|\z)|(?<![A-Za-z_0-9\u0080-\uffff])[0-9][A-Za-z_0-9.\u0080-\uffff]*""",
        RegexOptions.CultureInvariant);

    private static readonly ConcurrentDictionary<string, SecretName> Credentials = new();

    private readonly RedactionPolicy _policy = options.Policy;
    private readonly TextRules _texts = new(options.Policy);
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>How often each rule acted on the last request, for the rules that did.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Decodes a request and redacts it.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is no request.</exception>
    public ExportTraceServiceRequest Redact(byte[] encoded)
    {
        var request = ExportTraceServiceRequest.Parser.ParseFrom(encoded);
        var known = ExportTraceServiceRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(encoded);
        return Redact(known.Equals(request) ? request : KnownFields.AndUnknownNumbers(request));
    }

    /// <summary>Redacts a request that has no unknown fields but numbers.</summary>
    public ExportTraceServiceRequest Redact(ExportTraceServiceRequest request)
    {
        var redacted = request.Clone();
        RedactInPlace(redacted);
        return redacted;
    }

    public void RedactInPlace(ExportTraceServiceRequest request)
    {
        _counts.Clear();
        foreach (var resource in request.ResourceSpans)
            Redact(resource);
    }

    private void Redact(ResourceSpans resourceSpans)
    {
        resourceSpans.SchemaUrl = Text(resourceSpans.SchemaUrl);
        if (resourceAttributes.Count > 0)
            resourceSpans.Resource ??= new Resource();
        if (resourceSpans.Resource is { } resource)
            Redact(resource);
        foreach (var scopeSpans in resourceSpans.ScopeSpans)
        {
            scopeSpans.SchemaUrl = Text(scopeSpans.SchemaUrl);
            if (scopeSpans.Scope is { } scope)
            {
                scope.Name = Text(scope.Name);
                scope.Version = Text(scope.Version);
                Attributes(scope.Attributes);
            }

            foreach (var span in scopeSpans.Spans)
                Redact(span);
        }
    }

    private void Redact(Resource resource)
    {
        Leave(resource.Attributes, attribute => resourceAttributes.Any(given => given.Key == attribute.Key) ? null : attribute);
        Attributes(resource.Attributes);
        foreach (var (key, value) in resourceAttributes)
            resource.Attributes.Add(Some.Attribute(key, value));
        foreach (var entity in resource.EntityRefs)
        {
            entity.SchemaUrl = Text(entity.SchemaUrl);
            entity.Type = Text(entity.Type);
            Texts(entity.IdKeys);
            Texts(entity.DescriptionKeys);
        }
    }

    private void Redact(Span span)
    {
        var changesBefore = _counts.Values.Sum();
        if (_policy.Audit)
            Leave(span.Attributes, attribute => attribute.Key == AuditKey ? null : attribute);
        span.TraceId = OfLength(16, span.TraceId);
        span.SpanId = OfLength(8, span.SpanId);
        span.ParentSpanId = OfLength(8, span.ParentSpanId);
        span.TraceState = Text(span.TraceState);
        span.Name = Text(span.Name);
        Attributes(span.Attributes);
        foreach (var spanEvent in span.Events)
        {
            Attributes(spanEvent.Attributes, areMessage: ContentKeys.Events.Any(name => SameLetters(name, spanEvent.Name)));
            spanEvent.Name = Text(spanEvent.Name);
        }

        foreach (var link in span.Links)
        {
            (link.TraceId, link.SpanId) = (OfLength(16, link.TraceId), OfLength(8, link.SpanId));
            link.TraceState = Text(link.TraceState);
            Attributes(link.Attributes);
        }

        if (span.Status is { } status)
            status.Message = StatusMessage(status.Message);

        var changes = _counts.Values.Sum() - changesBefore;
        if (_policy.Audit && changes > 0)
            span.Attributes.Add(new KeyValue { Key = AuditKey, Value = new AnyValue { IntValue = changes } });
    }

    private string StatusMessage(string message)
    {
        if (!_policy.ExcludeRequestData || !_policy.ExcludeErrorText || SparedValue.Is(new AnyValue { StringValue = message }, KeptValues.Identifiers))
            return Text(message);

        Dropped("content");
        return "";
    }

    private void Attributes(RepeatedField<KeyValue> attributes, bool areMessage = false) =>
        Members(attributes, above: null, areMessage, isKept: false, limit: null);

    /// <param name="above">The path of what holds the members; null for attributes.</param>
    /// <param name="isKept">Whether a keep key names something above.</param>
    /// <param name="limit">How many bytes the texts of what is above may have.</param>
    private void Members(RepeatedField<KeyValue> members, string? above, bool areMessage, bool isKept, int? limit) =>
        Leave(members, member => Member(member, above, areMessage, isKept, limit));

    /// <summary>What is left of an attribute or member, if anything.</summary>
    private KeyValue? Member(KeyValue member, string? above, bool isMessage, bool isKept, int? limit)
    {
        var path = above is null ? member.Key : $"{above}.{member.Key}";
        isKept |= Names(_policy.Keep, path);
        if (IsCredential(member.Key, member.Value))
            return Dropped("credentialKeys");
        var content = _policy.ExcludeRequestData && !isKept ? Stricter(Content(path), Content(member.Key)) : default;
        if (_policy.ExcludeRequestData && !isKept && isMessage)
            return Dropped("content");
        if (content is { Rule: { } rule, Kept: KeptValues.None })
            return Dropped(NameOf(rule));
        if (above is null && _policy.AllowOnly.Count > 0 && !Names(_policy.AllowOnly, path))
            return Dropped("allowOnly");
        if (Names(_policy.Drop, path))
            return Dropped("drop");

        if (member.Value is { } judged && _policy.ExcludeRequestData && !isKept && !Names(_policy.Hash, path) && !Names(_policy.Mask, path))
        {
            if (content.Rule is { } unless && !SparedValue.Is(judged, content.Kept))
                return Dropped(NameOf(unless));
            if (above is null && new ChatMessages(Content, ContentInJson).AreIn(judged))
                return Dropped("content");
        }

        var isStatement = _policy.ExcludeRequestData && !isKept && (IsStatement(path) || IsStatement(member.Key));
        member.Key = Text(member.Key);
        if (member.Value is not { } value || value.CalculateSize() == 0)
            return member;
        if (Names(_policy.Hash, path))
            return Written.IsMatch(TextIn(value)) ? member : Replaced("hash", member, Pseudonym(value));
        if (Names(_policy.Mask, path))
            return TextIn(value) == "***" ? member : Replaced("mask", member, "***");

        Redact(value, path, isKept, Limit(path) ?? limit, isStatement);
        return member;
    }

    private void Redact(AnyValue value, string path, bool isKept, int? limit, bool isStatement)
    {
        switch (value.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue:
                value.StringValue = Cut(Statement(Text(value.StringValue), isStatement), limit);
                break;
            case AnyValue.ValueOneofCase.BytesValue:
                value.BytesValue = Redacted(value.BytesValue, limit, isStatement);
                break;
            case AnyValue.ValueOneofCase.ArrayValue:
                for (var i = 0; i < value.ArrayValue.Values.Count; i++)
                    Redact(value.ArrayValue.Values[i], $"{path}.{i}", isKept, limit, isStatement);
                break;
            case AnyValue.ValueOneofCase.KvlistValue:
                Members(value.KvlistValue.Values, path, areMessage: false, isKept, limit);
                break;
        }
    }

    private ByteString Redacted(ByteString bytes, int? limit, bool isStatement)
    {
        if (Utf8.IsValid(bytes.Span))
            return ByteString.CopyFromUtf8(Cut(Statement(Text(bytes.ToStringUtf8()), isStatement), limit));

        var text = Text(bytes.ToByteArray());
        if (isStatement && Encoding.Latin1.GetString(text) is var statement && Literal.Replace(statement, "?") is var without && without != statement)
        {
            Count("queryText");
            text = Encoding.Latin1.GetBytes(without);
        }

        if (limit is null || text.Length <= limit)
            return ByteString.CopyFrom(text);
        if (Utf8.IsValid(text)) // after a pattern of the user's
            return ByteString.CopyFromUtf8(Cut(Encoding.UTF8.GetString(text), limit));

        Count("truncate");
        return ByteString.CopyFrom(text.AsSpan(0, limit.Value));
    }

    private static string TextIn(AnyValue value) => value.Equals(Some.Text(value.StringValue)) ? value.StringValue : "";

    private string Pseudonym(AnyValue value)
    {
        var bytes = value.Equals(Some.Text(value.StringValue)) ? Encoding.UTF8.GetBytes(value.StringValue) : value.ToByteArray();
        return "hmac:" + Convert.ToHexStringLower(HMACSHA256.HashData(options.HashKey!.Value.Span, bytes), 0, 16);
    }

    private int? Limit(string path)
    {
        foreach (var (key, bytes) in _policy.Truncate)
        {
            if (Glob.Matches(key, path))
                return bytes;
        }

        return null;
    }

    private string Cut(string text, int? limit)
    {
        if (limit is null || Encoding.UTF8.GetByteCount(text) <= limit)
            return text;

        Count("truncate");
        var kept = new StringBuilder();
        var room = limit.Value;
        foreach (var rune in text.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
                break;
            kept.Append(rune.ToString());
        }

        return kept.ToString();
    }

    private void Texts(RepeatedField<string> texts)
    {
        for (var i = 0; i < texts.Count; i++)
            texts[i] = Text(texts[i]);
    }

    private string Text(string text) => text.Length == 0 ? text : Encoding.UTF8.GetString(Text(Encoding.UTF8.GetBytes(text)));

    private byte[] Text(byte[] text)
    {
        using var output = new PooledBuffer();
        var hits = new int[_texts.Names.Count];
        var isFound = _texts.TryRedact(text, output, hits);
        for (var i = 0; i < hits.Length; i++)
            Count(_texts.Names[i], hits[i]);
        return isFound ? output.WrittenSpan.ToArray() : text;
    }

    /// <summary>A new attribute: of unknown numbers in the old one's value nothing is left, nor of those around it.</summary>
    private KeyValue Replaced(string rule, KeyValue member, string replacement)
    {
        Count(rule);
        return Some.Attribute(member.Key, replacement);
    }

    private KeyValue? Dropped(string rule)
    {
        Count(rule);
        return null;
    }

    private void Count(string rule, int times = 1)
    {
        if (times > 0)
            _counts[rule] = _counts.GetValueOrDefault(rule) + times;
    }

    private static void Leave(RepeatedField<KeyValue> members, Func<KeyValue, KeyValue?> left)
    {
        var all = members.ToList();
        members.Clear();
        members.Add(all.Select(left).OfType<KeyValue>());
    }

    private static bool Names(IReadOnlyList<string> keys, string path)
    {
        foreach (var key in keys)
        {
            if (Glob.Matches(key, path))
                return true;
        }

        return false;
    }

    private string Statement(string text, bool isStatement)
    {
        if (!isStatement)
            return text;

        var without = Literal.Replace(text, "?");
        if (without != text)
            Count("queryText");
        return without;
    }

    private static ContentVerdict Stricter(ContentVerdict byPath, ContentVerdict byKey) =>
        byPath.Rule is null || (byKey.Rule is not null && byKey.Kept < byPath.Kept) ? byKey : byPath;

    private ContentVerdict Content(string key) => Classified.GetOrAdd((key, _policy.ExcludeErrorText), static given =>
        Names(ContentKeys.Metadata, given.Key) ? default
        : given.ExcludesErrors && Names(ContentKeys.ErrorTexts, given.Key) ? new(Rule.Content, KeptValues.None)
        : IsBelow(ContentKeys.Attributes, given.Key) ? new(Rule.Content, Names(ContentKeys.MetadataBelowContent, given.Key) ? KeptValues.Identifiers : KeptValues.None)
        : ContentWords.Judge(Encoding.UTF8.GetBytes(given.Key), Names([.. ContentKeys.Namespaces], given.Key)));

    private ContentVerdict ContentInJson(string path) =>
        Content(path) is { Rule: Rule.ContentUnknown } && !Names([.. ContentKeys.ProductNamespaces], path) ? default : Content(path);

    private static string NameOf(Rule rule) => rule == Rule.ContentUnknown ? "content-unknown" : "content";

    private static ByteString OfLength(int length, ByteString id) => id.Length == length ? id : ByteString.Empty;

    private static bool IsStatement(string key) => Names(ContentKeys.Statements, key);

    private static bool IsBelow(IReadOnlyList<string> keys, string key) =>
        Names(keys, key) || keys.Any(each => !each.EndsWith('*') && Glob.Matches(each + ".*", key));

    private static bool IsCredential(string key, AnyValue? value)
    {
        var says = Credentials.GetOrAdd(key, static key => SecretNames.Judge(Encoding.UTF8.GetBytes(key[(key.LastIndexOf('.') + 1)..])));
        return says == SecretName.Yes || (says != SecretName.No && value?.ValueCase switch
        {
            AnyValue.ValueOneofCase.StringValue => SecretValue.IsQuotedSecret(Encoding.UTF8.GetBytes(value.StringValue), says),
            AnyValue.ValueOneofCase.BytesValue => SecretValue.IsQuotedSecret(value.BytesValue.Span, says),
            AnyValue.ValueOneofCase.ArrayValue => says == SecretName.IfText && value.ArrayValue.CalculateSize() > 0,
            AnyValue.ValueOneofCase.KvlistValue => says == SecretName.IfText && value.KvlistValue.CalculateSize() > 0,
            _ => false,
        });
    }

    private static bool SameLetters(string a, string b) => !a.Contains('*', StringComparison.Ordinal) && Glob.Matches(a, b);
}
