using SpanRelay.Watch;

namespace SpanRelay.Cli.Top;

/// <summary>Shows readings.</summary>
internal interface ITopView
{
    /// <param name="history">With the reading in it.</param>
    void Show(RelayReading reading, RelayHistory history);

    /// <summary>Runs the session, with the view open.</summary>
    Task<int> ShowAsync(Func<Task<int>> session) => session();
}
