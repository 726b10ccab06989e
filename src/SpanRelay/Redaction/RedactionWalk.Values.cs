using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Redaction.Detectors.Named;

namespace SpanRelay.Redaction;

/// <summary>Applies the rules to attributes and strings during the walk.</summary>
internal ref partial struct RedactionWalk
{
    private static readonly FieldType SpanAttributeField = TraceSchema.Span.Fields[TraceSchema.SpanAttributes - 1];
    private static readonly FieldType EventAttributeField = TraceSchema.Event.Fields[2];
    private static readonly FieldType ListElementField = TraceSchema.ArrayValue.Fields[0];
    private static readonly FieldType MemberField = TraceSchema.KeyValueList.Fields[0];
    private static readonly FieldType KeyField = TraceSchema.KeyValue.Fields[0];
    private static readonly FieldType StatusMessageField = TraceSchema.Status.Fields[0];

    private static readonly byte[] AuditKey = "spanrelay.redactions"u8.ToArray();

    private static readonly AttributeDecision DroppedCredential = new() { Rule = Rule.CredentialKeys };
    private static readonly AttributeDecision DroppedContent = new() { Rule = Rule.Content };

    private PayloadProblem WriteAttribute(FieldType type, ReadOnlySpan<byte> keyValue, int depth)
    {
        var isPlain = PlainAttribute.TryRead(keyValue, out var plain) && depth < MaxDepth;
        var key = isPlain ? plain.Key : LastBytes(keyValue, TraceSchema.KeyValueKey);
        if (type == ResourceAttributeField && _resourceAttributes.Replaces(key))
            return PayloadProblem.None;
        if (type == SpanAttributeField && _rules.Audit && key.SequenceEqual(AuditKey))
            return PayloadProblem.None;

        var parent = _path.Length;
        var path = type != MemberField && isPlain && _listener is null ? key : Enter(type, key); // Only members and the listener need the path.
        if (path.Length > DecisionTable.LongestPath && (_bytesLeftToMatch -= path.Length) < 0)
            return PayloadProblem.NestedTooDeep;

        var decision = _rules.Decide(path, key.Length, _isBelowKept);
        if (decision.NameSays is SecretName.IfText or SecretName.IfGenerated && (isPlain ? IsSecret(decision.NameSays, plain) : IsSecret(decision.NameSays, keyValue, depth)))
            decision = DroppedCredential;
        else if (_inContentEvent && type == EventAttributeField && decision.Rule is not Rule.CredentialKeys && !decision.IsKept)
            decision = DroppedContent;

        var start = _output.Length;
        var problem = decision.Rule switch
        {
            null when isPlain && IsContent(decision, plain, out var content) => DropAttribute(content, keyValue),
            null when isPlain => WritePlainAttribute(type, decision, plain),
            null => WriteUnlessContent(type, decision, keyValue, depth),
            { } rule when decision.IsDropped => DropAttribute(rule, keyValue),
            { } rule => WriteReplacedAttribute(type, rule, decision, keyValue, depth),
        };
        if (decision.Number > 0 && type == SpanAttributeField && _output.Length > start)
            NotePlace(decision, start, plain);
        _path.Truncate(parent);
        return problem;
    }

    /// <returns>The path of the attribute or member, which <see cref="_path"/> holds from now on.</returns>
    private readonly ReadOnlySpan<byte> Enter(FieldType type, ReadOnlySpan<byte> key)
    {
        if (type == MemberField)
            _path.Append((byte)'.');
        _path.Append(key);
        return _path.WrittenSpan;
    }

    private PayloadProblem DropAttribute(Rule rule, ReadOnlySpan<byte> keyValue)
    {
        _attributesRemoved++;
        _withheld = _withheld.Plus(rule, WireWriter.SizeOf(TraceSchema.SpanAttributes, keyValue.Length));
        Count(rule);
        if (rule == Rule.ContentUnknown)
            _rules.UnknownKeys.Note(_path.Length > 0 ? _path.WrittenSpan : LastBytes(keyValue, TraceSchema.KeyValueKey));
        _listener?.Invoke(Change(RuleName(rule), LastBytes(keyValue, TraceSchema.KeyValueValue), []) with { IsValue = true, IsDropped = true });
        return PayloadProblem.None;
    }

    private static bool IsSecret(SecretName says, scoped in PlainAttribute attribute) =>
        attribute.IsText && SecretValue.IsQuotedSecret(attribute.Text, says);

    /// <summary>A list or map is secret as a whole or not at all. Unusual encodings are judged by their canonical form.</summary>
    private static bool IsSecret(SecretName says, ReadOnlySpan<byte> keyValue, int depth)
    {
        using var value = new PooledBuffer();
        var rest = WriteCanonicalValue(keyValue, value, depth) == PayloadProblem.None ? value.WrittenSpan : [];
        if (rest.IsEmpty || !WireReader.TryReadField(ref rest, out var field) || field.Type != WireType.LengthDelimited)
            return false;
        return field.Number is TraceSchema.AnyValueString or TraceSchema.AnyValueBytes
            ? SecretValue.IsQuotedSecret(field.Payload, says)
            : says == SecretName.IfText && field.Payload.Length > 0;
    }

    private readonly bool IsContent(AttributeDecision decision, scoped in PlainAttribute attribute, out Rule rule)
    {
        rule = decision.Content.Rule ?? Rule.Content;
        if (!attribute.IsText || _isBelowKept || decision.IsKept || _rules.Content is not { } content)
            return false;
        if (decision.Content.Rule is not null && !(attribute.ValueType.Kind == FieldKind.Bytes ? attribute.Text.IsEmpty : MetadataValue.IsKept(attribute.Text, decision.Content.Kept)))
            return true;

        rule = Rule.Content;
        return new ChatShape(content).IsInText(attribute.Text);
    }

    /// <summary>Lists, maps and unusual encodings are judged by their canonical form, which is what every parser sees.</summary>
    private PayloadProblem WriteUnlessContent(FieldType type, AttributeDecision decision, ReadOnlySpan<byte> keyValue, int depth)
    {
        var isJudged = decision.Content.Rule is not null || type != MemberField;
        if (!isJudged || _isBelowKept || decision.IsKept || _rules.Content is not { } content)
            return WriteKeptAttribute(type, decision, keyValue, depth);

        using var value = new PooledBuffer();
        var problem = WriteCanonicalValue(keyValue, value, depth);
        if (problem != PayloadProblem.None)
            return problem;
        if (decision.Content.Rule is { } rule && !MetadataValue.IsKeptValue(value.WrittenSpan, decision.Content.Kept))
            return DropAttribute(rule, keyValue);
        return type != MemberField && new ChatShape(content).IsInValue(value.WrittenSpan)
            ? DropAttribute(Rule.Content, keyValue)
            : WriteKeptAttribute(type, decision, keyValue, depth);
    }

    private PayloadProblem WriteKeptAttribute(FieldType type, AttributeDecision decision, ReadOnlySpan<byte> keyValue, int depth)
    {
        var (isBelowKept, truncateTo) = (_isBelowKept, _truncateTo);
        _isBelowKept |= decision.IsKept;
        _truncateTo = decision.TruncateTo > 0 ? decision.TruncateTo : truncateTo;
        var isStatement = _isStatement;
        _isStatement = decision.IsStatement;
        NoteKey(decision);
        var problem = WriteAsItIs(type, keyValue, depth);
        (_isBelowKept, _truncateTo, _isStatement) = (isBelowKept, truncateTo, isStatement);
        return problem;
    }

    private PayloadProblem WritePlainAttribute(FieldType type, AttributeDecision decision, scoped in PlainAttribute attribute)
    {
        ReadOnlySpan<byte> before = attribute.IsText ? attribute.Text : [];
        var truncateTo = _truncateTo;
        _truncateTo = decision.TruncateTo > 0 ? decision.TruncateTo : truncateTo;
        var isStatement = _isStatement;
        _isStatement = decision.IsStatement;
        var text = attribute.IsText ? Redacted(attribute.ValueType, before) : before;
        (_truncateTo, _isStatement) = (truncateTo, isStatement);
        if (text == before && decision.RewrittenKey is null)
        {
            _writer.WriteBytes(type.Number, attribute.Encoded);
            return PayloadProblem.None;
        }

        NoteKey(decision);
        var openAttribute = _writer.Begin(type.Number, attribute.Encoded.Length);
        WriteText(KeyField, attribute.Key);
        if (text == before)
            _writer.WriteEncoded(attribute.ValueField);
        else
            WriteTextValue(attribute.ValueType.Number, text);
        _writer.End(openAttribute);
        return PayloadProblem.None;
    }

    private readonly void WriteTextValue(int number, ReadOnlySpan<byte> text)
    {
        var open = _writer.Begin(TraceSchema.KeyValueValue, text.Length);
        _writer.WriteBytes(number, text);
        _writer.End(open);
    }

    /// <summary>Hash and mask replace the whole value, of any type, with one string. An attribute without a value stays without one.</summary>
    private PayloadProblem WriteReplacedAttribute(
        FieldType type, Rule rule, AttributeDecision decision, ReadOnlySpan<byte> keyValue, int depth)
    {
        using var value = new PooledBuffer();
        var problem = WriteCanonicalValue(keyValue, value, depth);
        if (problem != PayloadProblem.None)
            return problem;
        if (value.Length == 0)
            return WriteKeptAttribute(type, decision, keyValue, depth);

        using var replacement = new PooledBuffer();
        var isReplaced = IsText(value.WrittenSpan) && RedactionRules.IsReplacement(rule, TextOf(value.WrittenSpan));
        if (isReplaced)
            replacement.Append(TextOf(value.WrittenSpan));
        else if (rule == Rule.Mask)
            replacement.Append(RedactionRules.MaskedValue);
        else
            _rules.WritePseudonym(TextOf(value.WrittenSpan), replacement);
        if (!isReplaced)
        {
            Count(rule);
            _listener?.Invoke(Change(RuleName(rule), value.WrittenSpan, replacement.WrittenSpan) with { IsValue = true });
        }

        NoteKey(decision);
        var openAttribute = _writer.Begin(type.Number, keyValue.Length);
        WriteText(KeyField, LastBytes(keyValue, TraceSchema.KeyValueKey));
        WriteTextValue(TraceSchema.AnyValueString, replacement.WrittenSpan);
        _writer.End(openAttribute);
        return PayloadProblem.None;
    }

    /// <summary>Writes the attribute's value as a canonical AnyValue: equal values give equal bytes, however they were encoded. Writes nothing when there is no value.</summary>
    private static PayloadProblem WriteCanonicalValue(ReadOnlySpan<byte> keyValue, PooledBuffer output, int depth)
    {
        using var canonical = new PooledBuffer();
        using var path = new PooledBuffer();
        using var text = new PooledBuffer();
        using var repaired = new PooledBuffer();
        var rules = RedactionRules.None.Names.Count;
        Span<int> hits = stackalloc int[3 * rules];
        var walk = new RedactionWalk(RedactionRules.None, ResourceAttributes.None, new WalkBuffers(canonical, path, text, repaired), hits[..rules], hits[rules..], listener: null)
        {
            _bytesLeftToMerge = PayloadDecoder.MaxInflatedBytes,
            _bytesLeftToMatch = long.MaxValue, // it matches nothing
        };
        var problem = walk.Write(TraceSchema.KeyValue, keyValue, depth);
        if (problem == PayloadProblem.None)
            output.Append(LastBytes(canonical.WrittenSpan, TraceSchema.KeyValueValue));
        return problem;
    }

    /// <summary>The bytes of a string value; for any other value, its encoding.</summary>
    private static ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> value)
    {
        var rest = value;
        WireReader.TryReadField(ref rest, out var field);
        return IsText(value) ? field.Payload : value;
    }

    private static bool IsText(ReadOnlySpan<byte> value) =>
        WireReader.TryReadField(ref value, out var field) && field is { Number: TraceSchema.AnyValueString, Type: WireType.LengthDelimited } && value.IsEmpty;

    /// <summary>Prepares the key that is written next and counts its hits; it was searched when the decision was made.</summary>
    private void NoteKey(AttributeDecision decision)
    {
        _rewrittenKey = decision.RewrittenKey;
        for (var i = 0; i < decision.KeyHits.Length; i++)
            Count(i, decision.KeyHits[i]);
    }

    private PayloadProblem WriteListElement(FieldType type, ReadOnlySpan<byte> payload, int depth)
    {
        var parent = _path.Length;
        _path.Append((byte)'.');
        Utf8Formatter.TryFormat(_listElements++, _path.GetSpan(11), out var digits);
        _path.Advance(digits);
        var problem = WriteAsItIs(type, payload, depth);
        _path.Truncate(parent);
        return problem;
    }

    private void WriteText(FieldType type, ReadOnlySpan<byte> text)
    {
        if ((text.IsEmpty && !type.InOneof && !type.Repeated) || (type == StatusMessageField && IsErrorText(text)))
            return;
        _writer.WriteBytes(type.Number, type == KeyField ? _rewrittenKey ?? text : Redacted(type, text));
    }

    /// <summary>Instrumentations write an exception's message into the span's status. A code stays: <c>ECONNREFUSED</c>.</summary>
    private bool IsErrorText(ReadOnlySpan<byte> message)
    {
        if (_rules.Content is not { ExcludesErrorTexts: true } || MetadataValue.IsIdentifier(message))
            return false;

        _withheld = _withheld.Plus(Rule.Content, WireWriter.SizeOf(StatusMessageField.Number, message.Length));
        Count(Rule.Content);
        _listener?.Invoke(Change(RuleName(Rule.Content), message, [], StatusMessageField) with { IsDropped = true });
        return true;
    }

    private void WriteBytes(FieldType type, ReadOnlySpan<byte> bytes)
    {
        if (type.IdLength > 0 && bytes.Length != type.IdLength)
            return; // An id of another length is not an id and could hold text.
        if (type.InOneof || !bytes.IsEmpty)
            _writer.WriteBytes(type.Number, Redacted(type, bytes));
    }

    /// <summary>The redacted text or bytes; the input itself when nothing changes.</summary>
    private ReadOnlySpan<byte> Redacted(FieldType type, ReadOnlySpan<byte> text)
    {
        if (type.Kind == FieldKind.Bytes && !type.InOneof) // Byte values that hold text are searched; ids are not.
            return text;
        if (IsTooSlow(text.Length))
            return []; // None of this export will be used.

        // Some senders truncate inside a character; receivers reject the whole request for it. Bytes need not be UTF-8.
        if (type.Kind != FieldKind.Bytes && !Utf8.IsValid(text))
            text = Repaired(text);

        _text.Truncate(0);
        if (TryRedact(type, text))
            text = _text.WrittenSpan;

        // After the detectors, which would not recognize a secret without its digits.
        return Truncated(type, _isStatement && type.InOneof ? WithoutLiterals(type, text) : text);
    }

    private bool IsTooSlow(int bytes)
    {
        if (_isTooSlow || TimeLeft is null || (_bytesUntilLook -= bytes) > 0)
            return _isTooSlow;

        _bytesUntilLook = BytesPerLook;
        return _isTooSlow = TimeLeft() <= TimeSpan.Zero;
    }

    /// <summary>Replaces invalid UTF-8 by U+FFFD. Works in pieces: decoded at once, the text would take three times the memory.</summary>
    private readonly ReadOnlySpan<byte> Repaired(ReadOnlySpan<byte> text)
    {
        Span<char> piece = stackalloc char[1024];
        _repaired.Truncate(0);
        while (!text.IsEmpty)
        {
            Utf8.ToUtf16(text, piece, out var read, out var characters, replaceInvalidSequences: true);
            _repaired.Advance(Encoding.UTF8.GetBytes(piece[..characters], _repaired.GetSpan(3 * characters)));
            text = text[read..];
        }

        return _repaired.WrittenSpan;
    }

    private ReadOnlySpan<byte> WithoutLiterals(FieldType type, ReadOnlySpan<byte> statement)
    {
        using var redacted = new PooledBuffer();
        if (!StatementText.TryRedact(statement, redacted))
            return statement;

        Count(Rule.QueryText);
        _listener?.Invoke(Change(RuleName(Rule.QueryText), statement, redacted.WrittenSpan, type));
        return redacted.WrittenSpan.ToArray();
    }

    private bool TryRedact(FieldType type, ReadOnlySpan<byte> text)
    {
        if (!_rules.TryRedact(text, _text, _hitsInText))
            return false;

        for (var i = 0; i < _hitsInText.Length; i++)
            Count(i, _hitsInText[i]);
        if (_listener is { } listener)
            listener(Change(FoundBy(_hitsInText), text, _text.WrittenSpan, type));
        _hitsInText.Clear();
        return true;
    }

    private ReadOnlySpan<byte> Truncated(FieldType type, ReadOnlySpan<byte> text)
    {
        if (_truncateTo == 0 || !type.InOneof || text.Length <= _truncateTo)
            return text;

        var end = _truncateTo;
        while (end > 0 && (text[end] & 0xC0) == 0x80 && Utf8.IsValid(text))
            end--;
        Count(Rule.Truncate);
        _listener?.Invoke(Change(RuleName(Rule.Truncate), text, text[..end], type));
        return text[..end];
    }

    private void Count(Rule rule) => Count((int)rule, 1);

    private void Count(int rule, int hits)
    {
        _hits[rule] += hits;
        _changes += hits;
    }

    private void InsertAudit(int changes)
    {
        _text.Truncate(0);
        var writer = new WireWriter(_text);
        var attribute = writer.Begin(TraceSchema.SpanAttributes, 32);
        writer.WriteBytes(TraceSchema.KeyValueKey, AuditKey);
        var value = writer.Begin(TraceSchema.KeyValueValue, 2);
        writer.WriteVarint(TraceSchema.AnyValueInt, (ulong)changes);
        writer.End(value);
        writer.End(attribute);
        _output.Insert(_spanAttributesEnd, _text.WrittenSpan);
    }

    private readonly RedactionChange Change(string rule, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, FieldType? field = null) => new()
    {
        Owner = _owner?.Name ?? "",
        SpanIndex = _spans - 1,
        Path = _path.Length > 0 || field is null ? _path.WrittenSpan : Encoding.UTF8.GetBytes(field.JsonName),
        Rule = rule,
        Before = before,
        After = after,
    };

    private readonly string RuleName(Rule rule) => _rules.Names[(int)rule];

    private readonly string FoundBy(ReadOnlySpan<int> hits)
    {
        var names = new List<string>();
        for (var i = 0; i < hits.Length; i++)
        {
            if (hits[i] > 0)
                names.Add(_rules.Names[i]);
        }

        return string.Join(", ", names);
    }
}
