using SpanRelay.Diagnosis;
using SpanRelay.Infrastructure.Tests.Safety;
using SpanRelay.Infrastructure.Tests.Templates;
using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Drift;

/// <summary>The table in docs/operations.md and the templates give the same roles on the same resources.</summary>
public sealed class RoleDriftTests
{
    private static readonly string Document = Repository.Read("docs/operations.md");

    public static TheoryData<string> Combinations => [.. Deployment.Combinations];

    [Theory]
    [MemberData(nameof(Combinations))]
    public void EveryRoleThatIsNeededIsGivenAndNoOther(string combination) =>
        Assert.Empty(Findings(Deployment.Read(combination), Document));

    [Fact]
    public void ARoleThatIsNotGivenIsFound()
    {
        var deployment = Deployment.Read("default");
        var resources = deployment.Json["predictedResources"]!.AsArray();
        resources.Remove(deployment.Of("Microsoft.Authorization/roleAssignments").First());

        Assert.Equal(["Azure Event Hubs Data Receiver on Microsoft.EventHub/namespaces/eventhubs is not given."], Findings(deployment, Document));
    }

    [Fact]
    public void ARoleOnAWiderScopeIsFound()
    {
        var deployment = Deployment.Read("default");
        var assignment = deployment.Of("Microsoft.Authorization/roleAssignments").First();
        assignment["id"] = assignment["id"]!.GetValue<string>().Replace("/eventhubs/spans', 'Microsoft.Auth", "', 'Microsoft.Auth", StringComparison.Ordinal);

        Assert.Equal(2, Findings(deployment, Document).Count());
    }

    [Fact]
    public void ARoleThatIsNotInTheTableIsFound() =>
        Assert.Single(Findings(Deployment.Read("default"), Document.Replace("| Monitoring Metrics Publisher |", "Monitoring Metrics Publisher", StringComparison.Ordinal)));

    private static IEnumerable<string> Findings(Deployment deployment, string document)
    {
        var needed = DocumentedRole.Read(document).Where(role => role.IsNeededBy(deployment)).ToList();
        var given = RoleAssignment.Of(deployment).ToList();
        return needed.Where(role => !given.Contains(new RoleAssignment(role.Id, role.ScopeType))).Select(role => $"{role.Name} on {role.ScopeType} is not given.")
            .Concat(given.Where(role => !needed.Any(each => role == new RoleAssignment(each.Id, each.ScopeType))).Select(role => $"{role.RoleId} on {role.ScopeType} is given, and docs/operations.md does not say why."));
    }
}
