using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Templates;

/// <summary>
/// The files beside the parameters are what a reviewer reads. After a change of the templates, SPANRELAY_WRITE_SNAPSHOTS=true
/// writes them anew, and the difference is part of the change.
/// </summary>
public sealed class SnapshotTests
{
    public static TheoryData<string> Combinations => [.. Deployment.Combinations];

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task WhatWouldBeDeployedIsWhatWasReviewed(string combination)
    {
        using var copy = new InfrastructureCopy();
        var reviewed = Path.Combine(Repository.Snapshots, $"{combination}.snapshot.json");

        var now = await copy.SnapshotAsync(combination);

        if (Environment.GetEnvironmentVariable("SPANRELAY_WRITE_SNAPSHOTS") == "true")
            await File.WriteAllTextAsync(reviewed, now, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(reviewed, TestContext.Current.CancellationToken), now);
    }

    [Fact]
    public async Task AChangeThatWasNotReviewedIsSeen()
    {
        using var copy = new InfrastructureCopy();
        copy.Change("infra/modules/key-vault.bicep", "enableRbacAuthorization: true", "enableRbacAuthorization: false");

        var now = await copy.SnapshotAsync("default");

        Assert.NotEqual(Deployment.Read("default").Json.ToJsonString(), System.Text.Json.Nodes.JsonNode.Parse(now)!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void NoSecretIsInWhatWouldBeDeployed(string combination) =>
        Assert.DoesNotContain("canary", Deployment.Read(combination).Json.ToJsonString(), StringComparison.Ordinal);
}
