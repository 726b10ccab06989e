using System.Text.RegularExpressions;

namespace SpanRelay.Infrastructure.Tests.Drift;

/// <summary>
/// The settings that others than the relay's code read: the Functions host, its triggers' connections, and the identity library.
/// A setting that is neither here nor in the code does nothing.
/// </summary>
internal static partial class HostSettings
{
    public static bool Knows(string name) => Pattern.IsMatch(name);

    [GeneratedRegex("""
        ^(
          APPLICATIONINSIGHTS_(CONNECTION_STRING|AUTHENTICATION_STRING)
          | AzureWebJobsStorage(__(accountName|blobServiceUri|queueServiceUri|tableServiceUri|credential|clientId))?
          | DeadLetters__credential
          | EVENTHUB_NAME
          | WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED
          | EVENTHUB(__(fullyQualifiedNamespace|credential|clientId))?
        )$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Pattern { get; }
}
