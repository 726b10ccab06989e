using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using SpanRelay.Buffers;
using SpanRelay.Cli.Redact;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;

namespace SpanRelay.Cli.Page;

/// <summary>What redaction did to an attribute.</summary>
internal enum Fate
{
    Kept,
    Removed,
    Masked,
    Hashed,
    Changed,
    Added,
}

/// <param name="Where">Resource, InstrumentationScope, Span, Event, Link or Status.</param>
/// <param name="Key">The attribute's key; for other texts, the field's name.</param>
/// <param name="Before">Null when it was added.</param>
/// <param name="After">Null when it was removed.</param>
/// <param name="Rule">What did it, as redaction reported; empty when it was kept.</param>
internal sealed record ComparedAttribute(string Where, string Key, string? Before, string? After, Fate Fate, string Rule);

/// <summary>One span before and after redaction.</summary>
internal sealed class SpanComparison
{
    private const string AddedBySettings = "Relay__ResourceAttributes";
    private const string AuditKey = "spanrelay.redactions";

    private readonly List<(string Owner, string Path, string Rule, string? Before, string? After)> _changes = [];
    private readonly List<ComparedAttribute> _attributes = [];
    private readonly ResourceAttributes _fromSettings;

    private SpanComparison(ResourceAttributes fromSettings) => _fromSettings = fromSettings;

    public IReadOnlyList<ComparedAttribute> Attributes => _attributes;

    public Span After { get; private set; } = new();

    /// <summary>Redacts the span again, alone with its resource and scope, and notes each change that redaction reports.</summary>
    /// <param name="export">With that span alone.</param>
    /// <param name="fromSettings">What every resource is given.</param>
    /// <returns>Null when it cannot be redacted.</returns>
    public static SpanComparison? Create(Redactor redactor, ExportTraceServiceRequest export, ResourceAttributes fromSettings)
    {
        var comparison = new SpanComparison(fromSettings);
        using var output = new PooledBuffer();
        var result = redactor.Redact(export.ToByteArray(), output, new int[redactor.Rules.Count], comparison.Note);
        if (result.Problem != PayloadProblem.None)
            return null;

        var (before, after) = (export.ResourceSpans[0], ExportTraceServiceRequest.Parser.ParseFrom(output.WrittenSpan).ResourceSpans[0]);
        comparison.Compare(before, after);
        return comparison;
    }

    private void Note(scoped in RedactionChange change) => _changes.Add((
        change.Owner,
        Encoding.UTF8.GetString(change.Path),
        change.Rule,
        change.IsAdded ? null : change.IsValue ? ValueText.From(change.Before) : Encoding.UTF8.GetString(change.Before),
        change.IsDropped ? null : Encoding.UTF8.GetString(change.After)));

    private void Compare(ResourceSpans before, ResourceSpans after)
    {
        var (scope, scopeAfter) = (before.ScopeSpans[0], after.ScopeSpans[0]);
        var span = scope.Spans[0];
        After = scopeAfter.Spans[0];
        Add("Resource", before.Resource?.Attributes, after.Resource?.Attributes);
        Add("InstrumentationScope", scope.Scope?.Attributes, scopeAfter.Scope?.Attributes);
        Add("Span", span.Attributes, After.Attributes);
        foreach (var (index, each) in span.Events.Index())
            Add("Event", each.Attributes, After.Events.ElementAtOrDefault(index)?.Attributes);
        foreach (var (index, link) in span.Links.Index())
            Add("Link", link.Attributes, After.Links.ElementAtOrDefault(index)?.Attributes);
        // Names, messages and the like, and members whose attribute was not recognized.
        foreach (var change in _changes)
            _attributes.Add(new ComparedAttribute(change.Owner, change.Path, change.Before, change.After, FateOf(change.Rule, change.Before, change.After), change.Rule));
    }

    private void Add(string owner, RepeatedField<KeyValue>? before, RepeatedField<KeyValue>? after)
    {
        var left = after?.ToList() ?? [];
        var keys = before?.Select(attribute => attribute.Key).ToHashSet() ?? [];
        foreach (var attribute in before ?? [])
        {
            var kept = left.Find(each => each.Key == attribute.Key);
            if (kept is not null)
                left.Remove(kept);
            Add(owner, attribute, kept, TakeChanges(owner, attribute.Key, keys));
        }

        foreach (var added in left)
            AddAddition(owner, added);
    }

    private void Add(string owner, KeyValue attribute, KeyValue? kept, List<(string Owner, string Path, string Rule, string? Before, string? After)> changes)
    {
        var before = Text(attribute);
        var after = kept is null ? changes.LastOrDefault().After : Text(kept);
        var isGiven = owner == "Resource" && _fromSettings.Replaces(Encoding.UTF8.GetBytes(attribute.Key));
        var rule = isGiven ? AddedBySettings : string.Join(", ", changes.Select(change => change.Rule).Distinct());
        var fate = rule.Length == 0 ? Fate.Kept : FateOf(rule, before, after);
        _attributes.Add(new ComparedAttribute(owner, attribute.Key, before, after, fate, rule));
    }

    /// <summary>
    /// Takes what was reported of an attribute and, where it has members, of these. Reports come in the order of the attributes; a second one
    /// of a path is of the same text only where it continues the first.
    /// </summary>
    private List<(string Owner, string Path, string Rule, string? Before, string? After)> TakeChanges(string owner, string key, HashSet<string> keys)
    {
        var first = _changes.FindIndex(IsOfAttribute);
        var last = new Dictionary<string, string?>(StringComparer.Ordinal);
        var taken = _changes.Skip(Math.Max(first, 0)).TakeWhile(change => IsOfAttribute(change) && Continues(change)).ToList();
        if (taken.Count > 0)
            _changes.RemoveRange(first, taken.Count);
        return taken;

        bool IsOfAttribute((string Owner, string Path, string Rule, string? Before, string? After) change) => change.Owner == owner && change.Before is not null
            && (change.Path == key || (change.Path.StartsWith($"{key}.", StringComparison.Ordinal) && !keys.Contains(change.Path)));

        bool Continues((string Owner, string Path, string Rule, string? Before, string? After) change)
        {
            var continues = !last.TryGetValue(change.Path, out var after) || after == change.Before;
            last[change.Path] = change.After;
            return continues;
        }
    }

    private void AddAddition(string owner, KeyValue added)
    {
        var at = _changes.FindIndex(change => change.Owner == owner && change.Before is null && change.Path == added.Key);
        var rule = at >= 0 ? _changes[at].Rule : owner == "Resource" ? AddedBySettings : added.Key == AuditKey ? "audit" : "";
        if (at >= 0)
            _changes.RemoveAt(at);
        if (rule.Length > 0)
            _attributes.Add(new ComparedAttribute(owner, added.Key, null, Text(added), Fate.Added, rule));
    }

    private static Fate FateOf(string rule, string? before, string? after) => (before, after, rule) switch
    {
        (null, _, _) => Fate.Added,
        (_, null, _) => Fate.Removed,
        (_, _, "mask") => Fate.Masked,
        (_, _, "hash") => Fate.Hashed,
        _ => Fate.Changed,
    };

    private static string Text(KeyValue attribute) => attribute.Value is null ? "" : ValueText.From(attribute.Value);
}
