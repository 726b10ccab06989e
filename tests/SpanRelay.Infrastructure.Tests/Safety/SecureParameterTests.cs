using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SpanRelay.Diagnosis;
using SpanRelay.Infrastructure.Tests.Templates;

namespace SpanRelay.Infrastructure.Tests.Safety;

/// <summary>The compiled template, all modules in it: what is secret stays secret on its way through them.</summary>
public sealed partial class SecureParameterTests
{
    [Fact]
    public async Task SecretsArePassedSecurelyAndAreNoOutput()
    {
        using var copy = new InfrastructureCopy();

        Assert.Empty(Findings(await copy.BuildAsync(), "main"));
    }

    [Fact]
    public async Task AModuleThatTakesASecretInTheOpenIsFound()
    {
        using var copy = new InfrastructureCopy();
        var template = await copy.BuildAsync();
        ModuleWith(template, "rotationToken")["parameters"]!["token"]!["type"] = "string";

        Assert.Equal(["vault takes the secret dynatraceToken in the open, as token."], Findings(template, "main"));
    }

    [Fact]
    public async Task AModuleThatGivesASecretAwayIsFound()
    {
        using var copy = new InfrastructureCopy();
        var template = await copy.BuildAsync();
        ModuleWith(template, "rotationToken")["outputs"] = new JsonObject { ["uri"] = new JsonObject { ["value"] = "[concat(parameters('token'), '')]" } };

        Assert.Equal(["vault gives away a secret: uri."], Findings(template, "main"));
    }

    private static List<string> Findings(JsonObject template, string name)
    {
        var secure = Secure(template);
        var findings = (template["outputs"]?.AsObject() ?? [])
            .Where(output => Mentions(output.Value!.ToJsonString(), secure) || output.Value.ToJsonString().Contains("list", StringComparison.OrdinalIgnoreCase))
            .Select(output => $"{name} gives away a secret: {output.Key}.").ToList();
        foreach (var (module, inner, given) in Modules(template))
        {
            var taken = Secure(inner);
            findings.AddRange(from parameter in given
                              from secret in secure
                              where Mentions(parameter.Value!.ToJsonString(), [secret]) && !taken.Contains(parameter.Key)
                              select $"{module} takes the secret {secret} in the open, as {parameter.Key}.");
            findings.AddRange(Findings(inner, module));
        }

        return findings;
    }

    private static List<string> Secure(JsonObject template) => [.. (template["parameters"]?.AsObject() ?? [])
        .Where(parameter => parameter.Value!["type"]?.GetValue<string>() is "securestring" or "secureObject").Select(parameter => parameter.Key)];

    private static IEnumerable<(string Name, JsonObject Template, JsonObject Parameters)> Modules(JsonObject template)
    {
        var resources = template["resources"] switch
        {
            JsonObject named => named.Select(each => (each.Key, each.Value!.AsObject())),
            JsonArray list => list.Select(each => ("", each!.AsObject())),
            _ => [],
        };
        return from resource in resources
               where resource.Item2["type"]?.GetValue<string>() == "Microsoft.Resources/deployments"
               let properties = resource.Item2["properties"]!
               select (resource.Item1, properties["template"]!.AsObject(), properties["parameters"]?.AsObject() ?? []);
    }

    private static JsonObject ModuleWith(JsonObject template, string parameter) =>
        Modules(template).Single(module => module.Template["parameters"]!.AsObject().ContainsKey(parameter)).Template;

    // Whether one is there at all may be known.
    private static bool Mentions(string expression, IReadOnlyCollection<string> parameters)
    {
        var without = Emptiness.Replace(expression, "");
        return parameters.Any(parameter => without.Contains($"parameters('{parameter}')", StringComparison.Ordinal) || without.Contains($"parameters(\\u0027{parameter}\\u0027)", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"empty\(parameters\((?:'|\\u0027)\w+(?:'|\\u0027)\)\)")]
    private static partial Regex Emptiness { get; }
}
