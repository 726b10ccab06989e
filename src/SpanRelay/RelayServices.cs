using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Ingest;
using SpanRelay.Replay;
using SpanRelay.Rotation;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay;

/// <summary>The only place where the relay is wired. Hosts add it and resolve what they call.</summary>
public static class RelayServices
{
    /// <summary>Adds the relay, dead letters, their diagnosis and replay, and the token with its rotation where that is configured.</summary>
    public static IServiceCollection AddSpanRelay(this IServiceCollection services, RelayOptions options, StorageOptions storage, SettingsReader settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(options.Dynatrace);
        services.AddTokens(options.Dynatrace, settings);
        services.AddSingleton<DynatraceClient>();
        services.AddSingleton(_ => DeadLetterStorage.Open(storage, () => AzureLogin.Create(settings, storage.ClientId)));
        services.AddSingleton<IDeadLetterStore, BlobDeadLetterStore>();
        services.AddSingleton(all => new Diagnoser(
            all.GetRequiredService<TokenSource>(),
            all.GetRequiredService<TokenApi>(),
            options.Dynatrace.Token.RotationSecret is { } creator ? Open(all, creator) : null,
            options.Dynatrace,
            all.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DeadLetterRecorder>();
        services.AddSingleton<DeadLetterArchive>();
        services.AddSingleton<DeadLetterReplay>();
        services.AddSingleton<Relay>();
        return services;
    }

    /// <summary>Adds the OTLP address, beside <see cref="AddSpanRelay"/>.</summary>
    public static IServiceCollection AddTraceIngest(this IServiceCollection services, IngestOptions options, SettingsReader settings)
    {
        services.AddSingleton(all => new HubSender(options, () => AzureLogin.Create(settings, options.Hub.ClientId), all.GetRequiredService<TimeProvider>()));
        services.AddSingleton(all => new TraceIngest(
            options,
            all.GetRequiredService<RelayOptions>(),
            all.GetRequiredService<HubSender>(),
            all.GetRequiredService<IDeadLetterStore>(),
            all.GetRequiredService<TimeProvider>(),
            all.GetRequiredService<ILogger<TraceIngest>>()));
        return services;
    }

    /// <summary>Adds the token alone: what <c>spanrelay token</c> needs.</summary>
    public static IServiceCollection AddTokens(this IServiceCollection services, DynatraceOptions options, SettingsReader settings)
    {
        var token = options.Token;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(token);
        services.AddSingleton(_ => new TokenApi(options));
        services.AddSingleton<TokenCheck>();
        services.AddSingleton<TokenCredential>(_ => AzureLogin.Create(settings));
        services.AddSingleton(all => new TokenSource(
            token.Secret is null ? null : Open(all, token.Secret),
            token,
            all.GetRequiredService<TimeProvider>(),
            all.GetRequiredService<ILogger<TokenSource>>()));
        if (token is { Secret: { } secret, RotationSecret: { } creator })
        {
            services.AddSingleton(all => new TokenRotation(
                Open(all, secret),
                Open(all, creator),
                all.GetRequiredService<TokenApi>(),
                token,
                all.GetRequiredService<TimeProvider>(),
                all.GetRequiredService<ILogger<TokenRotation>>()));
        }

        return services;
    }

    private static TokenVault Open(IServiceProvider services, TokenSecret secret) =>
        TokenVault.Open(secret, services.GetRequiredService<TokenCredential>(), services.GetRequiredService<TokenOptions>());
}
