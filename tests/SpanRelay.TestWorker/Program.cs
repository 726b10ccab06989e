using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

// "Start" is what the process does before it connects: nothing, exit with a code, or stay away for ever.
switch (Environment.GetEnvironmentVariable("Start"))
{
    case { } text when int.TryParse(text, out var exitCode):
        await Console.Error.WriteLineAsync($"exiting with {exitCode}");
        return exitCode;
    case "hang":
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        break;
    default:
        break;
}

await Console.Out.WriteLineAsync("starting");
await FunctionsApplication.CreateBuilder(args).Build().RunAsync();
return 0;
