using System.Globalization;
using Azure.Core;
using Microsoft.Extensions.Logging.Console;
using SpanRelay;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Functions;
using SpanRelay.Functions.ForwardSpans;
using SpanRelay.Functions.RecordDeadLetter;
using SpanRelay.Functions.ReplayDeadLetters;
using SpanRelay.Functions.RotateToken;
using SpanRelay.Replay;
using SpanRelay.Settings;
using SpanRelay.Tokens;

var settings = SettingsReader.FromEnvironment();
var options = RelayOptions.Read(settings);
var storage = StorageOptions.Read(settings);
if (settings.Problems.Count > 0)
{
    Console.Error.WriteLine("SpanRelay does not start until its settings are mended:");
    foreach (var problem in settings.Problems)
        Console.Error.WriteLine($"- {problem}");
    return 1;
}

var builder = WebApplication.CreateSlimBuilder(args);
builder.Configuration.Sources.Clear();
builder.Logging.ClearProviders();
builder.Logging.SetMinimumLevel(LogLevel.Information);
builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
builder.Logging.AddFilter("System", LogLevel.Warning);

// The host logs each line of stdout as Information and of stderr as Error.
builder.Logging.AddSimpleConsole(console =>
{
    console.SingleLine = true;
    console.ColorBehavior = LoggerColorBehavior.Disabled;
});
builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Error);

var port = Environment.GetEnvironmentVariable("FUNCTIONS_CUSTOMHANDLER_PORT") ?? "0";
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)));

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(options);
builder.Services.AddSingleton(options.Dynatrace);
TokenUpkeep.AddTo(builder.Services, options.Dynatrace, settings);
builder.Services.AddSingleton<DynatraceClient>();
builder.Services.AddSingleton(_ => DeadLetterStorage.Open(storage, () => AzureLogin.Create(settings, storage.ClientId)));
builder.Services.AddSingleton<IDeadLetterStore, BlobDeadLetterStore>();
builder.Services.AddSingleton<DeadLetterMetrics>();
builder.Services.AddSingleton(all => new Diagnoser(
    all.GetRequiredService<TokenSource>(),
    all.GetRequiredService<TokenApi>(),
    options.Dynatrace.Token.RotationSecret is { } creator ? TokenVault.Open(creator, all.GetRequiredService<TokenCredential>(), options.Dynatrace.Token) : null,
    options.Dynatrace,
    all.GetRequiredService<TimeProvider>()));
builder.Services.AddSingleton<DeadLetterRecorder>();
builder.Services.AddSingleton<DeadLetterArchive>();
builder.Services.AddSingleton<DeadLetterReplay>();
builder.Services.AddSingleton<Relay>();

var app = builder.Build();
foreach (var warning in settings.Warnings)
    app.Logger.LogSettingWarning(warning);
app.MapGet("/", (RequestDelegate)(context => context.Response.WriteAsync("SpanRelay is up.")));
app.MapForwardSpans();
app.MapRecordDeadLetter();
app.MapRotateToken();
app.MapReplayDeadLetters();
app.Run();
return 0;

internal static partial class StartLog
{
    [LoggerMessage(30, LogLevel.Warning, "{Warning}")]
    public static partial void LogSettingWarning(this ILogger log, string warning);
}
