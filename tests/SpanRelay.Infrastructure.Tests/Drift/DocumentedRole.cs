using SpanRelay.Infrastructure.Tests.Templates;

namespace SpanRelay.Infrastructure.Tests.Drift;

/// <summary>A row of the table of roles in docs/operations.md: what the code needs.</summary>
/// <param name="Name">As Azure calls it.</param>
/// <param name="Id">The role's id.</param>
/// <param name="ScopeType">The type of the resource it is needed on.</param>
/// <param name="When">The parameter it is needed with, and after a colon its values if not all of them count; null for always.</param>
internal sealed record DocumentedRole(string Name, string Id, string ScopeType, string? When)
{
    public bool IsNeededBy(Deployment deployment) => When?.Split(':', StringSplitOptions.TrimEntries) is not { } condition
        || deployment.IsAny(condition[0], condition.Length > 1 ? condition[1].Split(", ") : []);

    public static IReadOnlyList<DocumentedRole> Read(string document) => [.. document.Split('\n')
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells.Length > 5 && Guid.TryParse(cells[2].Trim('`'), out _))
        .Select(cells => new DocumentedRole(cells[1], cells[2].Trim('`'), cells[3].Trim('`'), cells[4] == "always" ? null : cells[4].Trim('`')))];
}
