using System.Globalization;
using System.Text.Json;
using SpanRelay.Dynatrace;
using SpanRelay.Local.Faults;
using SpanRelay.Local.Host;
using SpanRelay.Pipeline;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Every form of docs/event-forms.md, sent into one running system: what goes in comes out somewhere.</summary>
public sealed class EventFormsTests
{
    [Fact]
    public async Task EveryFormIsDeliveredOrRecordedWithItsCauseAndNothingIsLost()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(20));
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var form in EventForms.All)
        {
            var number = await system.SendAsync(form.Create(TimeProvider.System.GetUtcNow()), deadline.Token);
            if (form.Cause is not null)
                expected[number.ToString("d4", CultureInfo.InvariantCulture)] = $"{form.Name}: {form.Cause}. {CauseCodes.Remedy(form.Cause)} {(form.ReadAs is null ? 0 : form.Spans)} spans";
        }

        await system.Local.WhenIdleAsync(deadline.Token);
        var records = await WhenRecordedAsync(system, expected.Count, deadline.Token);
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            var number = record.GetProperty("letter").GetProperty("sequenceNumber").GetInt64();
            found[number.ToString("d4", CultureInfo.InvariantCulture)] = Text(EventForms.All[(int)number].Name, record);
        }

        Assert.Equal(expected, found);
        AssertNothingIsLost(system);
        TestContext.Current.TestOutputHelper!.WriteLine($"{EventForms.All.Count} forms: {system.Dynatrace.Spans.Count} spans delivered, {records.Count} records.");
    }

    private static void AssertNothingIsLost(RunningSystem system)
    {
        var total = new RelayReport();
        foreach (var line in system.Output.Lines)
        {
            if (RelayReport.TryParse(line.Line, out var report))
                total.Add(report);
        }

        var isDelivered = EventForms.All.ToLookup(form => form.Cause is null);
        Assert.All(system.Outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Reason));
        Assert.Equal(isDelivered[true].Sum(form => form.Spans), system.Dynatrace.Spans.Count);
        Assert.Equal(
            (EventForms.All.Count, EventForms.All.Sum(form => form.Spans), isDelivered[true].Sum(form => form.Spans), isDelivered[false].Sum(form => form.Spans), EventForms.All.Count(form => form.ReadAs is null)),
            (total.Events, total.Spans, total.SpansDelivered, total.SpansDeadLettered, total.UndecodableEvents));
    }

    private static async Task<IReadOnlyList<JsonElement>> WhenRecordedAsync(RunningSystem system, int count, CancellationToken cancellationToken)
    {
        for (; ; await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken))
        {
            if (system.Recordings.Count(outcome => outcome.Succeeded) >= count)
                return (await StoredLetters.ReadAsync(system.Local.StorageConnectionString, cancellationToken)).AllRecords;
        }
    }

    private static string Text(string name, JsonElement record)
    {
        var diagnosis = record.GetProperty("diagnosis");
        var spans = record.GetProperty("letter").TryGetProperty("spans", out var count) ? count.GetInt64() : 0;
        return $"{name}: {diagnosis.GetProperty("code").GetString()}. {diagnosis.GetProperty("nextStep").GetString()} {spans} spans";
    }
}
