using SpanRelay.Diagnosis;
using SpanRelay.Infrastructure.Tests.Templates;
using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Drift;

public sealed class NameDriftTests
{
    public static TheoryData<string> Combinations => [.. Deployment.Combinations];

    [Theory]
    [MemberData(nameof(Combinations))]
    public void WhatIsUsedIsMade(string combination) =>
        Assert.Empty(NameDrift.Findings(Deployment.Read(combination), FunctionMetadata.All()));

    [Fact]
    public void DeadLettersInTheHostsAccountAreFound()
    {
        var deployment = Deployment.Read("default");
        deployment.Of("Microsoft.Web/sites").Single()["properties"]!["siteConfig"]!["appSettings"]!.AsArray().Single(setting => setting!["name"]!.GetValue<string>() == "DeadLetters__accountName")!["value"] = deployment.HostAccount;

        Assert.Contains("The container quarantine is not made.", NameDrift.Findings(deployment, FunctionMetadata.All()));
    }

    [Theory]
    [InlineData("Microsoft.Storage/storageAccounts/blobServices/containers", "The container dead-letters is not made.")]
    [InlineData("Microsoft.Storage/storageAccounts/queueServices/queues", "The queue dead-letters is not made.")]
    public void ANameThatChangedIsFound(string type, string finding)
    {
        var deployment = Deployment.Read("default");
        var resource = deployment.Of(type).First(each => each["name"]!.GetValue<string>().EndsWith("/dead-letters", StringComparison.Ordinal));
        resource["name"] = resource["name"]!.GetValue<string>().Replace("dead-letters", "deadletters", StringComparison.Ordinal);

        Assert.Equal([finding], NameDrift.Findings(deployment, FunctionMetadata.All()).Distinct());
    }
}
