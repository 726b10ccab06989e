using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SpanRelay;
using SpanRelay.DeadLetters;
using SpanRelay.Functions.Hosting;
using SpanRelay.Functions.Ingest;
using SpanRelay.Functions.Telemetry;
using SpanRelay.Ingest;
using SpanRelay.Settings;
using SpanRelay.Tokens;

var settings = SettingsReader.FromEnvironment();
var options = RelayOptions.Read(settings);
var storage = StorageOptions.Read(settings);
var ingest = IngestOptions.Read(settings);
var telemetry = TelemetryOptions.Read(settings);
if (settings.Problems.Count > 0)
{
    Console.Error.WriteLine("SpanRelay cannot start until these settings are fixed:");
    foreach (var problem in settings.Problems)
        Console.Error.WriteLine($"- {problem}");
    return 1;
}

var builder = FunctionsApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Information);
builder.Logging.AddFilter("Azure", LogLevel.Warning);
builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
builder.Logging.AddFilter("System", LogLevel.Warning);
builder.Services.AddSpanRelay(options, storage, settings);
builder.Services.AddSingleton<IFunctionMetadataTransformer>(new DeadLetterConnection(StorageOptions.ConnectionIn(settings)));
builder.Services.AddTraceIngest(ingest, settings);
builder.Services.AddSingleton(SenderKeys.Create(settings));
builder.Services.AddTelemetry(telemetry, settings);
builder.Services.AddHostedService<TokenUpkeepService>();
builder.Services.AddSingleton<InvocationsInFlight>();
builder.Services.AddHostedService(services => services.GetRequiredService<InvocationsInFlight>());
builder.Services.AddHostedService<HostWatch>();
builder.UseMiddleware<FatalErrorMiddleware>();
builder.UseMiddleware<StopMiddleware>();

var app = builder.Build();
foreach (var warning in settings.Warnings)
    app.Services.GetRequiredService<ILogger<Relay>>().LogSettingWarning(warning);
return await WorkerRun.RunAsync(app);

internal static partial class StartLog
{
    [LoggerMessage(30, LogLevel.Warning, "{Warning}")]
    public static partial void LogSettingWarning(this ILogger log, string warning);
}
