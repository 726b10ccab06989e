using System.Globalization;

namespace SpanRelay.Doctor;

/// <summary>Runs one group of checks: it ends within the deadline, and whatever goes wrong in it is a finding.</summary>
/// <param name="deadline">For each group. The calls within have shorter ones of their own, which say more.</param>
internal sealed class CheckRunner(TimeSpan deadline, TimeProvider time)
{
    /// <param name="name">Of the check that is reported when the group does not end.</param>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(string name, Func<CancellationToken, Task<IReadOnlyList<CheckResult>>> check, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await Task.Run(() => check(either.Token), either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && timer.IsCancellationRequested)
        {
            return [CheckResult.Fail(name, string.Create(CultureInfo.InvariantCulture, $"The check did not end within {deadline.TotalSeconds:0} seconds."), "Check the network between here and the service; then run doctor again.")];
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            // Its message may repeat a setting's value.
            return [CheckResult.Fail(name, $"The check itself failed unexpectedly ({e.GetType().Name}).", "Run doctor again. If it stays so, report it as a bug, with this line.")];
        }
    }
}
