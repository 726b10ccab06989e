using System.Reflection;
using System.Text;

namespace SpanRelay.Tests.Redaction.Detectors.Corpus;

/// <param name="Provider">Who issues it.</param>
/// <param name="Secret">The credential, or what looks like one.</param>
/// <param name="Text">With words around it.</param>
internal sealed record ProviderCredential(string Provider, string Secret, string Text);

/// <summary>Credentials by provider and their near-misses, in texts that do not name them as secrets.</summary>
internal static class ProviderCredentials
{
    // № is the credential.
    private static readonly string[] Contexts =
    [
        "№", "use № for that", "(№)", "see \"№\".", "{\"a\":\"№\",\"n\":1}", "{\"line\":\"call № twice\"}", "a,№,b", "first line\n№\nlast line", "'№'", "x=№;", "\t№\r\n", "<a>№</a>",
    ];

    public static IReadOnlyList<ProviderCredential> Positives { get; } = [.. Read('+')];

    public static IReadOnlyList<ProviderCredential> NearMisses { get; } = [.. Read('-')];

    private static IEnumerable<ProviderCredential> Read(char kind)
    {
        var root = typeof(ProviderCredentials).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;
        var provider = "";
        foreach (var line in File.ReadLines(Path.Combine(root, "tests", "SpanRelay.Tests", "Redaction", "Detectors", "Corpus", "provider-credentials.txt")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                provider = line[3..];
            else if (line.Length > 1 && line[0] == kind)
                foreach (var credential in InContexts(provider, line[2..]))
                    yield return credential;
        }
    }

    /// <summary>Other characters are drawn for each context.</summary>
    private static IEnumerable<ProviderCredential> InContexts(string provider, string shape)
    {
        foreach (var (index, context) in Contexts.Index())
        {
            var random = new Random(shape.Aggregate(index + 17, (hash, character) => unchecked((hash * 31) + character)));
            var secret = DrawnFrom(shape, random);
            yield return new(provider, secret, context.Replace("№", secret, StringComparison.Ordinal));
        }
    }

    private static string DrawnFrom(string shape, Random random)
    {
        var secret = new StringBuilder();
        for (var i = 0; i < shape.Length; i++)
        {
            var end = shape[i] == '‹' ? shape.IndexOf('›', i) : i;
            secret.Append(end > i ? Drawn.From(shape[(i + 1)..end], random) : shape[i]);
            i = end;
        }

        return secret.ToString();
    }
}
