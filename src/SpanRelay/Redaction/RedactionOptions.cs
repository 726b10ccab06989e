using System.Text;
using SpanRelay.Settings;

namespace SpanRelay.Redaction;

/// <summary>The redaction policy and its secrets.</summary>
public sealed record RedactionOptions
{
    private const string PolicySetting = "Redaction__Policy";
    private const string HashKeySetting = "Redaction__HashKey";
    private const string DefaultPolicyFile = "redaction.json";
    private const int ShortestHashKey = 16;

    /// <setting name="Redaction__ExcludeRequestData">Drop prompts, completions and other content. Overrides the policy file's `excludeRequestData`.</setting>
    /// <setting name="Redaction__Policy" default="`redaction.json` beside the app">The [redaction policy](redaction.md) file.</setting>
    internal RedactionPolicy Policy { get; init; } = new();

    /// <summary>HMAC key for hash rules. A secret. Null when no rule hashes.</summary>
    /// <setting name="Redaction__HashKey" default="required with `hash` rules">The key of the pseudonyms that `hash` rules create: at least 16 random characters; in Azure, a Key Vault reference.</setting>
    public ReadOnlyMemory<byte>? HashKey { get; init; }

    /// <summary>
    /// Reads the policy file named by Redaction__Policy (default: redaction.json beside the app, if it exists),
    /// Redaction__ExcludeRequestData, which overrides the file, and Redaction__HashKey.
    /// </summary>
    public static RedactionOptions Read(SettingsReader settings)
    {
        var policy = ReadPolicy(settings);
        return new RedactionOptions
        {
            Policy = policy with { ExcludeRequestData = settings.Flag("Redaction__ExcludeRequestData", policy.ExcludeRequestData) },
            HashKey = ReadHashKey(settings, isNeeded: policy.Hash.Count > 0),
        };
    }

    private static RedactionPolicy ReadPolicy(SettingsReader settings)
    {
        var named = settings.Text(PolicySetting);
        var file = Path.Combine(AppContext.BaseDirectory, named ?? DefaultPolicyFile);
        if (named is null && !File.Exists(file))
            return new RedactionPolicy();

        try
        {
            var policy = RedactionPolicyReader.Read(File.ReadAllBytes(file), out var problems);
            foreach (var problem in problems)
                settings.Report(PolicySetting, $"({file}): {problem}");
            return policy;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            settings.Report(PolicySetting, $"names a file that cannot be read: {file}.");
            return new RedactionPolicy();
        }
    }

    private static ReadOnlyMemory<byte>? ReadHashKey(SettingsReader settings, bool isNeeded)
    {
        var text = settings.Text(HashKeySetting);
        if (text is null && isNeeded)
            settings.Report(HashKeySetting, "is missing: the redaction policy has hash rules.");
        else if (text is not null && text.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase))
            settings.Report(HashKeySetting, "is a Key Vault reference that was not resolved: give the app's identity read access to that secret.");
        else if (text is not null && text.Length < ShortestHashKey)
            settings.Report(HashKeySetting, "is too short: use at least 16 random characters.");
        return text is null ? null : Encoding.UTF8.GetBytes(text);
    }
}
