using System.Collections.Frozen;
using System.Text;

namespace SpanRelay.GenAi;

/// <summary>The providers of the OpenTelemetry conventions, by the names that others give them.</summary>
internal static class Providers
{
    private const int LongestName = 64;

    private static readonly (string Provider, string Names, string Hosts)[] All =
    [
        ("openai", "openai", "api.openai.com"),
        ("azure.ai.openai", "azure.ai.openai az.ai.openai azure-openai azure_openai", "*.openai.azure.com"),
        ("azure.ai.inference", "azure.ai.inference az.ai.inference azure-ai-inference azure_ai_inference azure-ai-foundry azure-foundry", "*.models.ai.azure.com *.services.ai.azure.com"),
        ("anthropic", "anthropic", "api.anthropic.com"),
        ("aws.bedrock", "aws.bedrock aws-bedrock aws_bedrock amazon-bedrock amazon_bedrock bedrock", "bedrock-runtime.*.amazonaws.com"),
        ("gcp.vertex_ai", "gcp.vertex_ai vertex_ai vertexai vertex-ai vertex google-vertex google_vertex google.vertex", "aiplatform.googleapis.com *-aiplatform.googleapis.com"),
        ("gcp.gemini", "gcp.gemini gemini google-gemini google_gemini google.generative-ai google-ai-studio", "generativelanguage.googleapis.com"),
        ("gcp.gen_ai", "gcp.gen_ai", ""),
        ("cohere", "cohere", "api.cohere.com api.cohere.ai"),
        ("mistral_ai", "mistral_ai mistral-ai mistralai mistral", "api.mistral.ai"),
        ("groq", "groq", "api.groq.com"),
        ("deepseek", "deepseek", "api.deepseek.com"),
        ("perplexity", "perplexity perplexity-ai", "api.perplexity.ai"),
        ("x_ai", "x_ai xai", "api.x.ai"),
        ("ibm.watsonx.ai", "ibm.watsonx.ai watsonx ibm-watsonx", "*.ml.cloud.ibm.com"),
    ];

    private static readonly FrozenDictionary<string, byte[]>.AlternateLookup<ReadOnlySpan<char>> ByName = All
        .SelectMany(each => each.Names.Split(' '), (each, name) => (name, Encoding.UTF8.GetBytes(each.Provider)))
        .ToFrozenDictionary(each => each.name, each => each.Item2)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>A host begins and ends so.</summary>
    private static readonly (byte[] Start, byte[] End, byte[] Provider)[] ByHost =
    [
        .. from each in All
           from host in each.Hosts.Split(' ', StringSplitOptions.RemoveEmptyEntries)
           let parts = host.Split('*')
           select (Encoding.UTF8.GetBytes(parts.Length > 1 ? parts[0] : ""), Encoding.UTF8.GetBytes(parts[^1]), Encoding.UTF8.GetBytes(each.Provider)),
    ];

    /// <summary>For the documentation.</summary>
    public static IReadOnlyList<(string Provider, string Names, string Hosts)> Table => All;

    /// <returns>The provider by the conventions for a name such as <c>OpenAI</c> or <c>openai.chat</c>; empty for one that they do not know.</returns>
    public static ReadOnlySpan<byte> Named(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestName)
            return [];

        Span<char> lower = stackalloc char[LongestName];
        for (var i = 0; i < name.Length; i++)
            lower[i] = char.ToLowerInvariant((char)name[i]);
        lower = lower[..name.Length];
        for (var end = lower.Length; end > 0; end = lower[..end].LastIndexOf('.'))
        {
            if (ByName.TryGetValue(lower[..end], out var provider))
                return provider;
        }

        return [];
    }

    /// <param name="url">A URL, or a host alone.</param>
    /// <returns>Empty for any other host.</returns>
    public static ReadOnlySpan<byte> OfHost(ReadOnlySpan<byte> url)
    {
        var host = HostOf(url);
        foreach (var (start, end, provider) in ByHost)
        {
            if (host.Length >= start.Length + end.Length && Ascii.EqualsIgnoreCase(host[^end.Length..], end) && Ascii.EqualsIgnoreCase(host[..start.Length], start)
                && (end[0] is (byte)'.' or (byte)'-' || host.Length == end.Length))
                return provider;
        }

        return [];
    }

    /// <summary>
    /// The provider whose name one part of a model's qualified name starts with: <c>openai-main/gpt-4o</c>, <c>tfy:openai-main:gpt-4o</c>.
    /// The last part is the model, which several providers may offer.
    /// </summary>
    /// <returns>Empty where no part says so, or two parts say different things.</returns>
    public static ReadOnlySpan<byte> OfAccount(ReadOnlySpan<byte> model)
    {
        ReadOnlySpan<byte> found = [];
        for (var length = model.IndexOfAny((byte)'/', (byte)':'); length >= 0; length = model.IndexOfAny((byte)'/', (byte)':'))
        {
            var provider = StartOf(model[..length]);
            if (!provider.IsEmpty && !found.IsEmpty && !provider.SequenceEqual(found))
                return [];
            found = provider.IsEmpty ? found : provider;
            model = model[(length + 1)..];
        }

        return found;
    }

    /// <summary>The provider that the longest beginning of whole words (separated by hyphens) names.</summary>
    private static ReadOnlySpan<byte> StartOf(ReadOnlySpan<byte> part)
    {
        if (part.Length > LongestName)
            return [];
        for (var end = part.Length; end > 0; end = part[..end].LastIndexOf((byte)'-'))
        {
            if (Named(part[..end]) is { IsEmpty: false } provider)
                return provider;
        }

        return [];
    }

    private static ReadOnlySpan<byte> HostOf(ReadOnlySpan<byte> url)
    {
        var scheme = url.IndexOf("://"u8);
        var host = scheme < 0 ? url : url[(scheme + 3)..];
        var end = host.IndexOfAny("/?#"u8);
        host = end < 0 ? host : host[..end];
        host = host[(host.LastIndexOf((byte)'@') + 1)..];
        var port = host.IndexOf((byte)':');
        return port < 0 ? host : host[..port];
    }
}
