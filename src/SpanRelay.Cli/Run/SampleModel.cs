using System.Security.Cryptography;

namespace SpanRelay.Cli.Run;

/// <summary>A model as the gateway names it.</summary>
/// <param name="Account">The gateway's account with the provider.</param>
/// <param name="Provider">By the OpenTelemetry conventions.</param>
internal sealed record SampleModel(string Account, string Name, string Url, string Provider)
{
    private static readonly SampleModel[] Chat =
    [
        new("openai-main", "gpt-4o", "https://api.openai.com/v1/chat/completions", "openai"),
        new("anthropic-main", "claude-sonnet-4-5", "https://api.anthropic.com/v1/messages", "anthropic"),
        new("google-gemini", "gemini-2.5-pro", "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent", "gcp.gemini"),
    ];

    public static SampleModel Embedding { get; } = new("azure-openai-eu", "text-embedding-3-small", "https://sample.openai.azure.com/openai/deployments/text-embedding-3-small/embeddings", "azure.ai.openai");

    public string QualifiedName => $"{Account}/{Name}";

    /// <summary>Two different ones.</summary>
    public static (SampleModel First, SampleModel Second) AnyTwo()
    {
        var index = RandomNumberGenerator.GetInt32(Chat.Length);
        return (Chat[index], Chat[(index + 1) % Chat.Length]);
    }
}
