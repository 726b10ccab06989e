using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using SpanRelay.Otlp;
using SpanRelay.Redaction;
using SpanRelay.Redaction.Detectors;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>A policy with what else a redactor is given: the same for the walk and for the oracle.</summary>
internal sealed record AnyPolicy(RedactionOptions Options, KeyValuePair<string, string>[] ResourceAttributes)
{
    private static readonly ReadOnlyMemory<byte> HashKey = Encoding.UTF8.GetBytes("a key of tests, not a secret");

    private static readonly RedactionPattern[] SomePatterns =
    [
        Pattern("ticket", "TICKET-[0-9]+", "[ticket]"), Pattern("nothing", "[aeiou]{2}", ""), Pattern("chained", @"\[(ticket|email)\]", "<€>"),
        Pattern("longer", "[€漢😀]", "a longer text"), Pattern("start", "^[a-z]", "^"), Pattern("none", "not in any text", "x"),
    ];

    private static readonly Gen<string> Glob = Gen.Select(Any.Of(RevealingRequest.Keys), Any.Of("a", "b", "a.b", "user", "name", "*", "0", "1.c", "input.value"), Gen.Int[0, 15])
        .Select((key, other, form) => form switch
        {
            0 => $"{key}.*",
            1 => $"*{key}",
            2 or 3 => $"{key}.{other}",
            4 => $"{other}.{key}",
            5 => $"{other}.*.{key}",
            6 => $"*.{other}",
            7 => key.ToUpperInvariant(),
            8 => $"{key[..(key.Length / 2)]}*",
            9 => $"{other}.0.{key}",
            10 => $"{other}*",
            11 or 12 => other.Length == 1 ? "b" : other,
            _ => key,
        });

    private static readonly Gen<List<string>> Globs = Any.Or(nothing: 2, Glob.List[1, 3]);

    private static readonly Gen<List<string>> AllowOnly = Any.Or(nothing: 2, Gen.Select(Glob.List[2, 8], Gen.Bool).Select((globs, more) => more ? new List<string>(globs) { "*a*", "user*" } : globs));

    private static readonly Gen<List<KeyValuePair<string, int>>> Truncate = Gen.Select(Globs, Gen.Int[1, 30].Array[3])
        .Select((globs, bytes) => globs.Distinct().Select((glob, i) => KeyValuePair.Create(glob, bytes[i])).ToList());

    private static readonly Gen<Dictionary<string, string>> Detectors = Gen.Int[0, 7].Array[DetectorCatalog.All.Count]
        .Select(forms => DetectorCatalog.All.Zip(forms).Where(each => each.Second > 0).ToDictionary(
            each => each.First.Name,
            each => each.Second switch { 1 => "", 2 => "<é>", 3 => "see TICKET-1", _ => each.First.DefaultReplacement }));

    private static readonly Gen<List<RedactionPattern>> Patterns = Any.Or(nothing: 2, Gen.Shuffle(SomePatterns, 1, 3).Select(patterns => patterns.ToList()));

    private static readonly Gen<KeyValuePair<string, string>[]> Given =
        Any.Of<KeyValuePair<string, string>[]>([], [], [], [KeyValuePair.Create("service.name", "renamed"), KeyValuePair.Create("a", "given")]);

    public static readonly Gen<AnyPolicy> Policies = Gen.Select(
        Gen.Select(Any.Of(true, true, true, false), Globs, AllowOnly, Globs),
        Gen.Select(Globs, Globs, Truncate),
        Gen.Select(Detectors, Patterns, Gen.Bool, Given))
        .Select((keys, replacing, others) => new AnyPolicy(
            new RedactionOptions
            {
                HashKey = HashKey,
                Policy = new RedactionPolicy
                {
                    ExcludeRequestData = keys.Item1,
                    ExcludeErrorText = !others.Item3,
                    Keep = keys.Item2,
                    AllowOnly = keys.Item3,
                    Drop = keys.Item4,
                    Hash = replacing.Item1,
                    Mask = replacing.Item2,
                    Truncate = replacing.Item3,
                    Detectors = others.Item1,
                    Patterns = others.Item2,
                    Audit = others.Item3,
                },
            },
            others.Item4));

    public Redactor Redactor() =>
        new(Options, SpanRelay.Otlp.ResourceAttributes.Parse(string.Join(',', ResourceAttributes.Select(each => $"{each.Key}={each.Value}")), out _));

    public ObjectModelRedactor Oracle() => new(Options, ResourceAttributes);

    public override string ToString()
    {
        var policy = Options.Policy;
        return $"""
            excludeRequestData {policy.ExcludeRequestData}, excludeErrorText {policy.ExcludeErrorText}, audit {policy.Audit}, given {string.Join(' ', ResourceAttributes)}
            keep {Listed(policy.Keep)}, allowOnly {Listed(policy.AllowOnly)}, drop {Listed(policy.Drop)}, hash {Listed(policy.Hash)}, mask {Listed(policy.Mask)}
            truncate {Listed(policy.Truncate)}, detectors {Listed(policy.Detectors)}, patterns {Listed(policy.Patterns.Select(pattern => pattern.Name))}
            """;
    }

    private static string Listed<T>(IEnumerable<T> items) => $"[{string.Join(" | ", items)}]";

    private static RedactionPattern Pattern(string name, string pattern, string replacement) =>
        new(name, new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), replacement);
}
