using System.Text.RegularExpressions;
using SpanRelay.Diagnosis;

namespace SpanRelay.Infrastructure.Tests.Workflows;

/// <summary>What workflows may and may not do.</summary>
internal static partial class WorkflowRules
{
    // Versions that were looked up. A new one is entered here when somebody has seen that it exists.
    private static readonly string[] KnownActions =
    [
        "actions/attest-build-provenance@v3",
        "actions/checkout@v6",
        "actions/setup-dotnet@v5",
        "actions/setup-node@v6",
        "actions/upload-artifact@v7",
        "anchore/sbom-action@v0.20.11",
        "azure/login@v2",
        "Azure/setup-azd@v2",
    ];

    // Beyond reading the repository: who needs it, and what for.
    private static readonly (string Workflow, string Job, string Permission)[] Granted =
    [
        ("ci.yml", "what-if", "id-token: write"),
        ("azure-dev.yml", "deploy", "actions: read"),
        ("azure-dev.yml", "deploy", "id-token: write"),
        ("release.yml", "package", "attestations: write"),
        ("release.yml", "package", "contents: write"),
        ("release.yml", "package", "id-token: write"),
    ];

    public static IEnumerable<string> Findings(Workflow workflow)
    {
        foreach (var finding in Permissions(workflow).Concat(Actions(workflow)).Concat(Commands(workflow)).Concat(Environments(workflow)))
            yield return $"{workflow.Name}: {finding}";
        if (Workflow.Map(workflow.Root, "on") is { } events && events.Children.ContainsKey("pull_request_target"))
            yield return $"{workflow.Name}: pull_request_target gives a stranger's change the repository's secrets.";
    }

    private static IEnumerable<string> Permissions(Workflow workflow)
    {
        if (Workflow.Map(workflow.Root, "permissions") is not { } permissions || Workflow.Pairs(permissions).Any(pair => pair is not ("contents", "read")))
            yield return "by default a job may more than read the repository.";
        foreach (var (name, job) in workflow.Jobs)
        {
            if (job.Children.ContainsKey("permissions") && Workflow.Map(job, "permissions") is null)
                yield return $"{name} takes permissions wholesale.";
            foreach (var (permission, access) in Workflow.Pairs(Workflow.Map(job, "permissions")))
            {
                if ((permission, access) is not ("contents", "read") && !Granted.Contains((workflow.Name, name, $"{permission}: {access}")))
                    yield return $"{name} may {permission}: {access}.";
            }
        }
    }

    private static IEnumerable<string> Actions(Workflow workflow) =>
        from step in workflow.Steps
        let action = Workflow.Value(step, "uses")
        where action is not null && !KnownActions.Contains(action)
        select $"{action} is not among the known actions.";

    private static IEnumerable<string> Commands(Workflow workflow)
    {
        foreach (var command in workflow.Steps.Select(step => Workflow.Value(step, "run")).OfType<string>())
        {
            if (command.Contains("${{", StringComparison.Ordinal))
                yield return $"a command is put together from an expression, which may hold a secret or somebody's code: {Start(command)}";
            if (Revealing.IsMatch(command))
                yield return $"a command prints what it is given: {Start(command)}";
        }
    }

    // A secret is given to the one step that needs it.
    private static IEnumerable<string> Environments(Workflow workflow) =>
        from environment in workflow.Jobs.Select(job => Workflow.Map(job.Node, "env")).Append(Workflow.Map(workflow.Root, "env"))
        from variable in Workflow.Pairs(environment)
        where variable.Value.Contains("secrets.", StringComparison.Ordinal) || variable.Value.Contains("github.token", StringComparison.Ordinal)
        select $"every step is given the secret {variable.Key}.";

    private static string Start(string command) => command.Split('\n')[0];

    [GeneratedRegex(@"(^|[\s;&|])(printenv|env|set -x|export -p)([\s;&|]|$)|(echo|printf|cat)\b.*\$\{?(\w*(TOKEN|SECRET|KEY|PASSWORD)\w*)", RegexOptions.Multiline)]
    private static partial Regex Revealing { get; }
}
