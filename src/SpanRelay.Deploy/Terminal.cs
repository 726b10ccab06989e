using System.Diagnostics;
using System.Text;

namespace SpanRelay.Deploy;

/// <summary>Asks the person at the terminal, where there is one.</summary>
internal sealed class Terminal
{
    // A shell turns the echo off before the question is seen, so that no answer is too early. .NET would show what is pasted
    // between two keys.
    private const string Hidden = "trap 'stty echo' EXIT INT TERM; stty -echo; printf '%s ' \"$1\" >&2; IFS= read -r answer || exit 1; printf '\\n' >&2; printf '%s' \"$answer\"";
    private const string Shown = "printf '%s ' \"$1\" >&2; IFS= read -r answer || exit 1; printf '%s' \"$answer\"";

    private Terminal(bool isThere) => IsThere = isThere;

    /// <summary>Whether somebody can answer.</summary>
    public bool IsThere { get; }

    public static Terminal Open() => new(!Console.IsInputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")));

    public static void Say(string text) => Console.Error.WriteLine(text);

    public static Task<string> AskAsync(string question) => OperatingSystem.IsWindows() ? Task.FromResult(AskOnWindows(question, shown: true)) : AskByShellAsync(Shown, question);

    /// <summary>The answer is not shown.</summary>
    public static Task<string> AskHiddenAsync(string question) => OperatingSystem.IsWindows() ? Task.FromResult(AskOnWindows(question, shown: false)) : AskByShellAsync(Hidden, question);

    private static async Task<string> AskByShellAsync(string script, string question)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script, "ask", question]) { RedirectStandardOutput = true })!;
        var answer = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return shell.ExitCode == 0 ? answer.Trim() : throw new AzdException("There is no answer: the terminal was closed.");
    }

    private static string AskOnWindows(string question, bool shown)
    {
        Console.Error.Write(question + " ");
        if (shown)
            return Console.ReadLine()?.Trim() ?? throw new AzdException("There is no answer: the terminal was closed.");

        var answer = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
                answer.Length = Math.Max(0, answer.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                answer.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return answer.ToString().Trim();
    }
}
