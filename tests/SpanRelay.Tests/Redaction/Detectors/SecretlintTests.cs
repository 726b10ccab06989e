using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Tests.Redaction.Detectors.Corpus;

namespace SpanRelay.Tests.Redaction.Detectors;

/// <summary>secretlint's recommended rules judge the same texts: what they find, the detectors find as well.</summary>
public class SecretlintTests(ITestOutputHelper output)
{
    /// <summary>What secretlint reports and the detectors leave alone, with the reason.</summary>
    private static readonly (string Rule, Func<string, bool> Found, string Reason)[] Accepted =
    [
        ("aws:AWSAccountID", _ => true, "An account's number is no credential: it stands in every ARN."),
        ("slack:SLACK_TOKEN", found => !found.Any(char.IsDigit), "A placeholder of words with hyphens: every token of Slack has digits."),
    ];

    [Fact]
    public async Task WhatSecretlintFindsIsFound()
    {
        var texts = Texts().Distinct().ToList();
        var judged = await JudgeAsync([.. texts.Select(text => text.Text)]);

        var missed = new List<string>();
        var (both, oursOnly) = (0, new Dictionary<string, int>());
        foreach (var ((source, text), findings) in texts.Zip(judged))
        {
            var redacted = Finding.DefaultRedactor.Redact(text);
            missed.AddRange(findings.Where(finding => redacted.Contains(finding.Found, StringComparison.Ordinal) && !Accepted.Any(accepted => accepted.Rule == finding.Rule && accepted.Found(finding.Found))).Select(finding => $"{finding.Rule} finds {finding.Found} in {source}: {text}"));
            both += findings.Length > 0 && redacted != text ? 1 : 0;
            if (findings.Length == 0 && redacted != text)
                oursOnly[source] = oursOnly.GetValueOrDefault(source) + 1;
        }

        output.WriteLine($"{texts.Count} texts. Both find something in {both}; secretlint alone in {missed.Count}; the detectors alone in {oursOnly.Values.Sum()}:");
        foreach (var accepted in Accepted)
            output.WriteLine($"Accepted: {accepted.Rule}. {accepted.Reason}");
        foreach (var (source, count) in oursOnly.OrderByDescending(each => each.Value))
            output.WriteLine($"{count,5} {source}");
        Assert.True(both >= 250);
        Assert.True(missed.Count == 0, string.Join('\n', missed.Take(100)));
    }

    private static IEnumerable<(string Source, string Text)> Texts()
    {
        foreach (var each in ProviderCredentials.Positives.Concat(ProviderCredentials.NearMisses))
            yield return (each.Provider, each.Text);
        foreach (var detector in DetectorCatalog.All.Where(detector => detector.OnByDefault))
        {
            foreach (var text in Corpora.Found(detector).Concat(Corpora.NotFound(detector)))
                yield return ($"the corpus of {detector.Name}", text.Text);
        }
    }

    private static async Task<List<SecretlintFinding[]>> JudgeAsync(IReadOnlyList<string> texts)
    {
        var root = typeof(SecretlintTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;
        using var node = Process.Start(new ProcessStartInfo("node", ["judge.mjs"])
        {
            WorkingDirectory = Path.Combine(root, "tests", "clients", "secretlint"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(texts));
        node.StandardInput.Close();
        var judged = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        return JsonSerializer.Deserialize<List<SecretlintFinding[]>>(judged, JsonSerializerOptions.Web)!;
    }

    private sealed record SecretlintFinding(string Rule, string Found);
}
