using System.Text.RegularExpressions;
using SpanRelay.Infrastructure.Tests.Templates;

namespace SpanRelay.Infrastructure.Tests.Safety;

/// <summary>A role that a deployment gives.</summary>
/// <param name="RoleId">The role's id.</param>
/// <param name="ScopeType">The type of the resource that it is given on, and which of the two storage accounts; null where that is a group or a subscription.</param>
internal sealed partial record RoleAssignment(string RoleId, string? ScopeType)
{
    /// <summary>What the table of roles adds to the type of the one of two storage accounts that has the dead letters.</summary>
    private const string ForLetters = "(dead letters)";

    public static IEnumerable<RoleAssignment> Of(Deployment deployment) => deployment.Of("Microsoft.Authorization/roleAssignments").Select(assignment =>
    {
        // The scope stands in the id, before the assignment's own provider.
        var scope = Scope.Match(assignment["id"]!.GetValue<string>());
        var type = scope.Success ? TypeOf(scope.Groups["provider"].Value) : null;
        var isForLetters = type == "Microsoft.Storage/storageAccounts" && scope.Groups["provider"].Value.Split('/')[^1] == deployment.LettersAccount;
        return new RoleAssignment(assignment["properties"]!["roleDefinitionId"]!.GetValue<string>().Split('/')[^1], isForLetters ? $"{type} {ForLetters}" : type);
    });

    // "Microsoft.KeyVault/vaults/kv-1/secrets/token" is of type "Microsoft.KeyVault/vaults/secrets".
    private static string TypeOf(string provider)
    {
        var parts = provider.Split('/');
        return string.Join('/', parts.Where((_, index) => index == 0 || index % 2 == 1));
    }

    [GeneratedRegex(@"(?:^\[extensionResourceId\('|^)/subscriptions/[^/']+/resourceGroups/[^/']+/providers/(?<provider>(?:(?!/providers/)[^'])+)(?:', 'Microsoft\.Authorization/roleAssignments'|/providers/Microsoft\.Authorization/roleAssignments)")]
    private static partial Regex Scope { get; }
}
