using SpanRelay.Redaction;
using SpanRelay.Settings;

namespace SpanRelay.Tests.Redaction;

public sealed class RedactionOptionsTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void TheFileThatIsNamedIsReadAndTheSettingHasTheLastWord()
    {
        File.WriteAllText(_file, """{"excludeRequestData": false, "drop": ["a"]}""");

        Assert.False(Read(("Redaction__Policy", _file)).Policy.ExcludeRequestData);
        var both = Read(("Redaction__Policy", _file), ("Redaction__ExcludeRequestData", "true"));
        Assert.True(both.Policy.ExcludeRequestData);
        Assert.Equal(["a"], both.Policy.Drop);
    }

    [Fact]
    public void EveryProblemOfTheFileStopsTheStart()
    {
        File.WriteAllText(_file, """{"drop": [7], "mask": 1}""");

        Read([$"Redaction__Policy ({_file}): $.drop[0] takes an attribute key.", $"Redaction__Policy ({_file}): $.mask takes a list of attribute keys."], ("Redaction__Policy", _file));
    }

    [Fact]
    public void AFileThatIsNotThereStopsTheStart() =>
        Read([$"Redaction__Policy names a file that cannot be read: {_file}."], ("Redaction__Policy", _file));

    [Fact]
    public void HashRulesNeedAKey()
    {
        File.WriteAllText(_file, """{"hash": ["a"]}""");

        Read(["Redaction__HashKey is missing: the redaction policy has hash rules."], ("Redaction__Policy", _file));
        Read(
            ["Redaction__HashKey is too short: use at least 16 random characters."],
            ("Redaction__Policy", _file),
            ("Redaction__HashKey", "hunter2"));
        Read(
            ["Redaction__HashKey is a Key Vault reference that was not resolved: give the app's identity read access to that secret."],
            ("Redaction__Policy", _file),
            ("Redaction__HashKey", "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/k)"));
        Assert.NotNull(Read(("Redaction__Policy", _file), ("Redaction__HashKey", "sixteen or more characters")).HashKey);
    }

    private static RedactionOptions Read(params (string Name, string Value)[] settings) => Read([], settings);

    private static RedactionOptions Read(string[] problems, params (string Name, string Value)[] settings)
    {
        var reader = new SettingsReader(settings.Select(each => KeyValuePair.Create(each.Name, (string?)each.Value)));
        var options = RedactionOptions.Read(reader);
        Assert.Equal(problems, reader.Problems);
        return options;
    }
}
