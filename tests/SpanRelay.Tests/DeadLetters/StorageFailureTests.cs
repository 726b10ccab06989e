using Azure;
using SpanRelay.DeadLetters;

namespace SpanRelay.Tests.DeadLetters;

public sealed class StorageFailureTests
{
    [Fact]
    public async Task ADefectIsNotReportedAsAFailureOfTheStorageAccount() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => CallAsync(new InvalidOperationException("a defect")));

    [Fact]
    public async Task AMissingRoleIsNamedByTheNarrowestThatWorks()
    {
        var failure = await Assert.ThrowsAsync<DeadLetterStoreException>(() => CallAsync(new RequestFailedException(403, "no", "AuthorizationPermissionMismatch", null)));

        Assert.StartsWith("The storage account for dead letters (DeadLetters, or else AzureWebJobsStorage) did not answer: status 403 AuthorizationPermissionMismatch.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Storage Blob Data Contributor", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Owner", failure.Message, StringComparison.Ordinal);
    }

    private static Task<bool> CallAsync(Exception failure) =>
        DeadLetterStorage.CallAsync<bool>("answer", _ => throw failure, TestContext.Current.CancellationToken);
}
