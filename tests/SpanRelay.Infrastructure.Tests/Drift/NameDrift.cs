using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Infrastructure.Tests.Templates;

namespace SpanRelay.Infrastructure.Tests.Drift;

/// <summary>Names that functions or code use, and that a deployment does not make, or the other way round.</summary>
internal static class NameDrift
{
    public static IEnumerable<string> Findings(Deployment deployment, IReadOnlyList<FunctionMetadata> functions)
    {
        var containers = Names(deployment, "Microsoft.Storage/storageAccounts/blobServices/containers");
        var queues = Names(deployment, "Microsoft.Storage/storageAccounts/queueServices/queues");
        var triggers = functions.SelectMany(function => function.Bindings).Select(binding => binding["queueName"]?.GetValue<string>()).OfType<string>().ToList();
        foreach (var container in new[] { DeadLetterStorage.LettersContainer, DeadLetterStorage.QuarantineContainer }.Except(containers))
            yield return $"The container {container} is not made.";
        foreach (var queue in triggers.Concat(triggers.Select(queue => queue + "-poison")).Concat([DeadLetterStorage.Queue, DeadLetterStorage.PoisonQueue]).Except(queues))
            yield return $"The queue {queue} is not made.";
    }

    private static IEnumerable<string> Names(Deployment deployment, string type) =>
        deployment.Of(type).Select(resource => resource["name"]!.GetValue<string>().Split('/')).Where(name => name[0] == deployment.LettersAccount).Select(name => name[^1]);
}
