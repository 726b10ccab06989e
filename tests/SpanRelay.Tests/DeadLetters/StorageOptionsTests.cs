using SpanRelay.DeadLetters;
using SpanRelay.Settings;

namespace SpanRelay.Tests.DeadLetters;

public sealed class StorageOptionsTests
{
    [Fact]
    public void DeadLettersHaveAnAccountOfTheirOwnWhereOneIsSet()
    {
        var options = Read(out var problems, ("DeadLetters__accountName", "letters"), ("DeadLetters__clientId", "me"), ("DeadLetters__credential", "managedidentity"), ("AzureWebJobsStorage__accountName", "host"));

        Assert.Empty(problems);
        Assert.Equal(("https://letters.blob.core.windows.net/", "https://letters.queue.core.windows.net/", "me"), (options.BlobService!.AbsoluteUri, options.QueueService!.AbsoluteUri, options.ClientId));
    }

    [Theory]
    [InlineData("DeadLetters", "UseDevelopmentStorage=true", "DeadLetters")]
    [InlineData("DeadLetters__accountName", "letters", "DeadLetters")]
    [InlineData("DeadLetters__queueServiceUri", "https://letters.queue.core.windows.net", "DeadLetters")]
    [InlineData("DeadLetters__clientId", "me", "AzureWebJobsStorage")]
    [InlineData("EVENTHUB_NAME", "spans", "AzureWebJobsStorage")]
    public void WithoutOneTheyAreInTheHostsAccount(string name, string value, string connection) =>
        Assert.Equal(connection, StorageOptions.ConnectionIn(Reader((name, value), ("AzureWebJobsStorage", "UseDevelopmentStorage=true"))));

    /// <summary>A misspelt name would otherwise leave dead letters in the host's account, unnoticed.</summary>
    [Theory]
    [InlineData("DeadLetters__accountNames", "letters", "DeadLetters__accountNames is unknown.")]
    [InlineData("DeadLetters__accountName", "Letters!", "DeadLetters__accountName is no name of a storage account")]
    [InlineData("DeadLetters", "garbage", "DeadLetters is no connection string of a storage account")]
    [InlineData("DeadLetters__blobServiceUri", "https://letters.blob.core.windows.net", "DeadLetters names half a storage account")]
    [InlineData("DeadLetters__queueServiceUri", "http://letters", "DeadLetters__queueServiceUri is no https address")]
    public void WhatIsWrongIsReportedByTheSettingsName(string name, string value, string problem)
    {
        Read(out var problems, (name, value), ("AzureWebJobsStorage", "UseDevelopmentStorage=true"));

        Assert.StartsWith(problem, problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAnyAccountBothSettingsAreNamed()
    {
        Read(out var problems);

        Assert.Equal(
            ["AzureWebJobsStorage is missing: dead letters need a storage account. Set DeadLetters__accountName to the name of one of their own, or AzureWebJobsStorage__accountName to that of the Functions host; for local use, AzureWebJobsStorage to a connection string."],
            problems);
    }

    private static StorageOptions Read(out IReadOnlyList<string> problems, params (string Name, string Value)[] values)
    {
        var settings = Reader(values);
        var options = StorageOptions.Read(settings);
        problems = settings.Problems;
        return options;
    }

    private static SettingsReader Reader(params (string Name, string Value)[] values) => new(values.Select(each => KeyValuePair.Create(each.Name, (string?)each.Value)));
}
