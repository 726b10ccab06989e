using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Functions.Hosting;

namespace SpanRelay.Functions;

/// <summary>
/// Diagnoses one dead letter and records the cause. A failure makes the host deliver the message again, and move it to the
/// poison queue after the last attempt.
/// </summary>
public sealed class RecordDeadLetter(DeadLetterRecorder recorder)
{
    [Function(nameof(RecordDeadLetter))]
    public async Task RunAsync([QueueTrigger(DeadLetterStorage.Queue, Connection = StorageOptions.OwnConnection)] byte[] message, FunctionContext context)
    {
        var metadata = context.BindingContext.BindingData;
        var attempt = metadata.GetValueOrDefault("DequeueCount") is { } count && long.TryParse(count.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1;
        var id = metadata.GetValueOrDefault("Id")?.ToString()?.Trim('"') ?? "";
        if (!await recorder.TryRecordAsync(message, attempt, id, StopMiddleware.TokenOf(context)))
            throw new DeadLetterNotRecordedException();
    }
}

/// <summary>Fails an invocation whose dead letter is not recorded yet. The reason is in the recorder's log.</summary>
public sealed class DeadLetterNotRecordedException() : Exception("The dead letter is not recorded yet.");
