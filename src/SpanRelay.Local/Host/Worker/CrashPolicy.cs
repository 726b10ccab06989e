namespace SpanRelay.Local.Host.Worker;

/// <summary>Decides whether a crashed worker is started again.</summary>
internal sealed class CrashPolicy
{
    /// <summary>The host stops at this crash, if each came within the window after the one before.</summary>
    public const int MaxCrashes = 3;

    /// <summary>A crash this long after the last one counts as the first again.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(30);

    private DateTimeOffset? _last;

    /// <summary>Crashes in a row.</summary>
    public int Crashes { get; private set; }

    /// <returns>False if the host stops.</returns>
    public bool RestartsAfterCrash(DateTimeOffset when)
    {
        Crashes = when - _last <= Window ? Crashes + 1 : 1;
        _last = when;
        return Crashes < MaxCrashes;
    }
}
