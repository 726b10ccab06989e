using SpanRelay.Diagnosis;
using SpanRelay.Tokens;
using YamlDotNet.RepresentationModel;

namespace SpanRelay.Infrastructure.Tests.Workflows;

public sealed class WorkflowTests
{
    private const string Sound = """
        on: [push]
        permissions:
          contents: read
        jobs:
          check:
            permissions:
              contents: read
            steps:
              - uses: actions/checkout@v6
              - run: .ci/run
                env:
                  TOKEN: ${{ secrets.TOKEN }}
        """;

    public static TheoryData<string> Names => [.. Workflow.All().Select(workflow => workflow.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void NoWorkflowBreaksARule(string name) =>
        Assert.Empty(WorkflowRules.Findings(Workflow.All().Single(workflow => workflow.Name == name)));

    [Fact]
    public void TheWorkflowsAreThese() => Assert.Equal(["azure-dev.yml", "ci.yml", "release.yml"], Workflow.All().Select(workflow => workflow.Name));

    [Fact]
    public void ASoundOnePasses() => Assert.Empty(Findings(Sound));

    [Theory]
    [InlineData("  contents: read\njobs", "  contents: write\njobs", "may more than read")]
    [InlineData("permissions:\n  contents: read\njobs", "jobs", "may more than read")]
    [InlineData("      contents: read\n    steps", "      packages: write\n    steps", "may packages: write")]
    [InlineData("permissions:\n      contents: read", "permissions: write-all", "wholesale")]
    [InlineData("actions/checkout@v6", "actions/checkout@main", "not among the known actions")]
    [InlineData("run: .ci/run", "run: .ci/run ${{ secrets.TOKEN }}", "may hold a secret")]
    [InlineData("run: .ci/run", "run: echo ${{ github.event.pull_request.title }}", "somebody's code")]
    [InlineData("run: .ci/run", "run: echo \"token is $TOKEN\"", "prints what it is given")]
    [InlineData("run: .ci/run", "run: env | sort", "prints what it is given")]
    [InlineData("    steps", "    env:\n      TOKEN: ${{ secrets.TOKEN }}\n    steps", "every step is given the secret TOKEN")]
    [InlineData("on: [push]", "on:\n  pull_request_target:", "a stranger's change")]
    public void AMistakeIsFound(string sound, string mistaken, string finding)
    {
        Assert.Contains(sound, Sound, StringComparison.Ordinal);

        Assert.Contains(Findings(Sound.Replace(sound, mistaken, StringComparison.Ordinal)), each => each.Contains(finding, StringComparison.Ordinal));
    }

    /// <summary>A variable that a workflow is not given would silently fall back to its default.</summary>
    [Theory]
    [InlineData("azure-dev.yml")]
    [InlineData("ci.yml")]
    public void AWorkflowIsGivenEverySettingOfADeployment(string name)
    {
        var workflow = Workflow.All().Single(workflow => workflow.Name == name);
        var given = workflow.Jobs.SelectMany(job => Workflow.Pairs(Workflow.Map(job.Node, "env"))).Concat(workflow.Steps.SelectMany(step => Workflow.Pairs(Workflow.Map(step, "env")))).Select(pair => pair.Key);

        Assert.Empty(AzureYaml.PipelineVariables.Concat(["AZURE_ENV_NAME", "AZURE_LOCATION"]).Except(given));
    }

    /// <summary>A push that fails its checks must not be deployed.</summary>
    [Fact]
    public void OnlyWhatCiPassedIsDeployed()
    {
        var deploy = Workflow.All().Single(workflow => workflow.Name == "azure-dev.yml");
        var events = Workflow.Map(deploy.Root, "on")!;
        var job = deploy.Jobs.Single().Node;

        Assert.False(events.Children.ContainsKey("push"));
        Assert.Equal("CI", Workflow.Text(events["workflow_run"]["workflows"][0]));
        Assert.Contains("github.event.workflow_run.conclusion == 'success'", Workflow.Value(job, "if"), StringComparison.Ordinal);
        Assert.Contains("github.event.workflow_run.event == 'push'", Workflow.Value(job, "if"), StringComparison.Ordinal);
        Assert.Contains("github.event.workflow_run.head_sha", deploy.Steps.First().ToString(), StringComparison.Ordinal);
    }

    /// <summary>A release's zip and tool have an attestation of where they were built and a list of what they contain.</summary>
    [Fact]
    public void AReleaseIsSignedAndListed()
    {
        var steps = Workflow.All().Single(workflow => workflow.Name == "release.yml").Steps.ToList();
        var actions = steps.Select(step => Workflow.Value(step, "uses") ?? Workflow.Value(step, "run")!.Split(' ')[0]).ToList();

        var packed = steps.FindIndex(step => Workflow.Value(step, "run")?.Contains("dotnet pack src/SpanRelay.Cli", StringComparison.Ordinal) == true);
        Assert.InRange(packed, 0, actions.FindIndex(action => action.StartsWith("anchore/sbom-action", StringComparison.Ordinal)));
        Assert.True(actions.FindIndex(action => action.StartsWith("anchore/sbom-action", StringComparison.Ordinal)) < actions.FindIndex(action => action.StartsWith("actions/attest-build-provenance", StringComparison.Ordinal)));
        Assert.Equal("gh", actions[^1]);
        Assert.Equal("release/*", Workflow.Value((YamlMappingNode)steps[^2]["with"], "subject-path"));
    }

    private static IEnumerable<string> Findings(string text) => WorkflowRules.Findings(Workflow.Parse("some.yml", text));
}
