using SpanRelay.DeadLetters;
using SpanRelay.Local;
using SpanRelay.Settings;
using SpanRelay.Tokens;
using Spectre.Console;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>Opens the archive that the settings name, and turns failures into messages and an exit code.</summary>
internal static class ArchiveAccess
{
    private const int LongestLine = 2_000;
    private const int MostSkipped = 20;

    /// <param name="dataFolder">A local system's; null for what the environment names, else the last local one.</param>
    public static Task<int> RunAsync(IAnsiConsole console, string? dataFolder, Func<DeadLetterArchive, Task<int>> act, CancellationToken cancellationToken) =>
        WithSettingsAsync(console, dataFolder, settings =>
        {
            var options = StorageOptions.Read(settings);
            return settings.Problems.Count > 0 ? Task.FromResult(Refuse(console, settings.Problems)) : act(Open(options, settings));
        }, cancellationToken);

    /// <inheritdoc cref="RunAsync"/>
    public static Task<int> WithSettingsAsync(IAnsiConsole console, string? dataFolder, Func<SettingsReader, Task<int>> act, CancellationToken cancellationToken) =>
        TryAsync(console, async () =>
        {
            await using var local = await LocalAccess.OpenAsync(dataFolder, cancellationToken);
            return await act(SettingsReader.FromEnvironment());
        });

    /// <param name="options">Without problems.</param>
    public static DeadLetterArchive Open(StorageOptions options, SettingsReader settings) =>
        new(DeadLetterStorage.Open(options, () => AzureLogin.Create(settings, options.ClientId)));

    public static async Task<int> TryAsync(IAnsiConsole console, Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (e is DeadLetterStoreException or LocalSystemException or IOException or UnauthorizedAccessException or HttpRequestException)
        {
            return Refuse(console, [e.Message]);
        }
        catch (OperationCanceledException)
        {
            console.WriteLine("Interrupted. Run the command again to continue.");
            return 1;
        }
    }

    public static int Refuse(IAnsiConsole console, IEnumerable<string> problems)
    {
        foreach (var problem in problems)
            console.WriteLine(OneLine.From(problem, LongestLine), new Style(Color.Red));
        return 1;
    }

    /// <summary>Names what could not be read: the first few, and how many there are.</summary>
    public static void Warn(IAnsiConsole console, IReadOnlyCollection<string> skipped)
    {
        foreach (var problem in skipped.Take(MostSkipped))
            console.WriteLine(OneLine.From(problem, LongestLine), new Style(Color.Yellow));
        if (skipped.Count > MostSkipped)
            console.WriteLine($"{skipped.Count - MostSkipped} more could not be read.", new Style(Color.Yellow));
    }
}
