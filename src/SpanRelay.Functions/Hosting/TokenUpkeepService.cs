using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SpanRelay.Dynatrace;
using SpanRelay.Rotation;
using SpanRelay.Tokens;

namespace SpanRelay.Functions.Hosting;

/// <summary>Keeps the token fresh beside the invocations: rereads it, checks its expiry, and completes rotations that were begun.</summary>
internal sealed class TokenUpkeepService(TokenSource source, TokenCheck check, IServiceProvider services) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        source.RunAsync(stoppingToken),
        check.RunAsync(stoppingToken),
        services.GetService<TokenRotation>()?.RunAsync(stoppingToken) ?? Task.CompletedTask);
}
