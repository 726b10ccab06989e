using System.Text.RegularExpressions;
using SpanRelay.Tests.Redaction.Detectors.Corpus;

namespace SpanRelay.Tests.Redaction.Detectors;

/// <summary>Credentials that their providers made recognizable are found without a name, and what looks like them stays.</summary>
public partial class ProviderCredentialsTests(ITestOutputHelper output)
{
    private const int FewestOfEach = 10;

    [Fact]
    public void CredentialsOfEveryProviderAreFound()
    {
        var missed = new List<string>();
        foreach (var provider in ProviderCredentials.Positives.GroupBy(each => each.Provider))
        {
            var left = provider.Where(each => IsLeft(each.Secret, Finding.DefaultRedactor.Redact(each.Text))).ToList();
            output.WriteLine($"{provider.Count() - left.Count,4} of {provider.Count(),4}: {provider.Key}");
            missed.AddRange(left.Select(each => $"{each.Provider}: {each.Text}"));
            Assert.True(provider.Count() >= FewestOfEach);
        }

        output.WriteLine($"{ProviderCredentials.Positives.Count - missed.Count} of {ProviderCredentials.Positives.Count} found.");
        Assert.True(missed.Count == 0, string.Join('\n', missed.DistinctBy(each => each.Split(':')[0] + each.Length).Take(100)));
    }

    [Fact]
    public void NearMissesStay()
    {
        var changed = ProviderCredentials.NearMisses.Where(each => Finding.DefaultRedactor.Redact(each.Text) != each.Text).ToList();

        output.WriteLine($"{changed.Count} of {ProviderCredentials.NearMisses.Count} near-misses changed.");
        Assert.All(ProviderCredentials.NearMisses.GroupBy(each => each.Provider), provider => Assert.True(provider.Count() >= FewestOfEach));
        Assert.True(changed.Count == 0, string.Join('\n', changed.Select(each => $"{each.Provider}: {each.Text} → {Finding.DefaultRedactor.Redact(each.Text)}").Take(100)));
    }

    /// <summary>Any run of it that was drawn.</summary>
    internal static bool IsLeft(string secret, string redacted)
    {
        var parts = Runs().Matches(secret).Select(run => run.Value).ToList();
        return parts.Count == 0 ? redacted.Contains(secret, StringComparison.Ordinal) : parts.Exists(part => redacted.Contains(part, StringComparison.Ordinal));
    }

    [GeneratedRegex("(?=[A-Za-z0-9]*[0-9])[A-Za-z0-9]{10,}")]
    private static partial Regex Runs();
}
