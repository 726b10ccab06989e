using Azure.Core;
using SpanRelay.Dynatrace;
using SpanRelay.Rotation;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay.Functions;

/// <summary>Keeps the token fresh beside the invocations: reads it again, looks at its expiry, and ends rotations that were begun.</summary>
internal sealed class TokenUpkeep(TokenSource source, TokenCheck check, IServiceProvider services) : BackgroundService
{
    /// <summary>Registers all that has to do with the token.</summary>
    public static void AddTo(IServiceCollection services, DynatraceOptions options, SettingsReader settings)
    {
        var token = options.Token;
        services.AddSingleton(token);
        services.AddSingleton<TokenMetrics>();
        services.AddSingleton<TokenApi>(_ => new TokenApi(options));
        services.AddSingleton<TokenCheck>();
        services.AddHostedService<TokenUpkeep>();
        services.AddSingleton<TokenCredential>(_ => AzureLogin.Create(settings));
        services.AddSingleton(all => new TokenSource(
            token.Secret is null ? null : TokenVault.Open(token.Secret, all.GetRequiredService<TokenCredential>(), token),
            token,
            all.GetRequiredService<TokenMetrics>(),
            all.GetRequiredService<TimeProvider>(),
            all.GetRequiredService<ILogger<TokenSource>>()));
        if (token is { Secret: { } secret, RotationSecret: { } creator })
        {
            services.AddSingleton(all => new TokenRotation(
                TokenVault.Open(secret, all.GetRequiredService<TokenCredential>(), token),
                TokenVault.Open(creator, all.GetRequiredService<TokenCredential>(), token),
                all.GetRequiredService<TokenApi>(),
                token,
                all.GetRequiredService<TimeProvider>(),
                all.GetRequiredService<ILogger<TokenRotation>>()));
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        source.RunAsync(stoppingToken),
        check.RunAsync(stoppingToken),
        services.GetService<TokenRotation>()?.RunAsync(stoppingToken) ?? Task.CompletedTask);
}
