using System.Text.RegularExpressions;
using SpanRelay.Deploy;
using SpanRelay.Infrastructure.Tests.Workflows;
using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Documents;

public sealed partial class DeployDocumentTests
{
    private static readonly string Document = Repository.Read("docs/deploy.md");

    [Fact]
    public void EverySettingOfADeploymentIsExplainedAndNoOther()
    {
        var read = ParametersFile.Read(Repository.PathOf("infra/main.parameters.json")).References.Select(reference => reference.Name).Distinct()
            .Where(name => !name.EndsWith("_ONCE", StringComparison.Ordinal) && name is not ("AZURE_ENV_NAME" or "VAULT_CREATE_MODE"));
        var explained = DocumentTable.Rows("docs/deploy.md", "| name | meaning").SelectMany(row => Name.Matches(row[0])).Select(match => match.Groups[1].Value);

        Assert.Equal(read.Order(), explained.Order());
    }

    [Fact]
    public void TheVersionsOfBicepAreThoseOfTheTests() => Assert.Contains($"Bicep {Repository.Metadata("BicepVersions")}", Document, StringComparison.Ordinal);

    [Fact]
    public void TheFilesItNamesAreThere()
    {
        foreach (Match link in Link.Matches(Document))
            Assert.True(Path.Exists(Path.Combine(Repository.PathOf("docs"), link.Groups[1].Value)), link.Value);
    }

    [Fact]
    public void ThePipelineItDescribesIsThere() =>
        Assert.Contains(Workflow.All(), workflow => workflow.Jobs.Any(job => Workflow.Value(job.Node, "environment") == "production"));

    [GeneratedRegex("`([A-Z_]+)`")]
    private static partial Regex Name { get; }

    [GeneratedRegex(@"\]\(([^)#:]+)(?:#[^)]*)?\)")]
    private static partial Regex Link { get; }
}
