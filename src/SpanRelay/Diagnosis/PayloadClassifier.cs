using SpanRelay.Otlp;

namespace SpanRelay.Diagnosis;

/// <summary>
/// Says what an event that cannot be read is. It quotes nothing of it. A name needs a mark that nothing else has; without one
/// the cause is general.
/// </summary>
internal static class PayloadClassifier
{
    /// <param name="body">As received.</param>
    /// <param name="problem">Why it cannot be read.</param>
    public static Cause Classify(ReadOnlyMemory<byte> body, PayloadProblem problem) => problem switch
    {
        PayloadProblem.Empty => CauseCatalog.EmptyEvent,
        PayloadProblem.BrokenGzip => CauseCatalog.BrokenGzip,
        PayloadProblem.BrokenCompression => CauseCatalog.BrokenCompression,
        PayloadProblem.InflatesTooFar => CauseCatalog.GzipBomb,
        PayloadProblem.NestedTooDeep => CauseCatalog.NestedTooDeep,
        PayloadProblem.TwoListsOfSpans => CauseCatalog.TwoListsOfSpans,
        PayloadProblem.TooManyLayers => CauseCatalog.TooManyLayers,
        PayloadProblem.IdNotHex => CauseCatalog.IdNotHex,
        PayloadProblem.OutOfMemory => CauseCatalog.TooLargeForMemory,
        PayloadProblem.TooSlow => CauseCatalog.TooSlow,
        _ => ClassifyContent(body, problem),
    };

    private static Cause ClassifyContent(ReadOnlyMemory<byte> body, PayloadProblem problem)
    {
        using var decoder = new PayloadDecoder();
        decoder.Decode(body, out _);
        return Classify(decoder.Innermost.Span, decoder.Wrapping, problem);
    }

    private static Cause Classify(ReadOnlySpan<byte> content, PayloadForm wrapping, PayloadProblem problem)
    {
        if (BinaryClassifier.Find(content) is { } known)
            return known;
        if (JsonClassifier.IsJson(content))
            return ClassifyJson(content, wrapping, problem);
        if (TextClassifier.IsText(content))
            return ClassifyText(content, wrapping);
        return problem switch
        {
            PayloadProblem.SpanWithoutIds => CauseCatalog.SpanWithoutIds,
            PayloadProblem.SpansNotFound when TruncatedExport.StartsWithResource(content) => CauseCatalog.SpansNotFound,
            PayloadProblem.MalformedProtobuf when TruncatedExport.IsIn(content) => CauseCatalog.CutOff,
            _ => ClassifyUnknown(content, wrapping),
        };
    }

    private static Cause ClassifyJson(ReadOnlySpan<byte> content, PayloadForm wrapping, PayloadProblem problem) => problem switch
    {
        PayloadProblem.SpanWithoutIds => CauseCatalog.SpanWithoutIds,
        PayloadProblem.SpansNotFound => CauseCatalog.SpansNotFound,
        _ => JsonClassifier.Find(content) ?? (wrapping.HasFlag(PayloadForm.CloudEvent) ? CauseCatalog.CloudEvent : CauseCatalog.OtherJson),
    };

    private static Cause ClassifyText(ReadOnlySpan<byte> content, PayloadForm wrapping)
    {
        if (TextClassifier.Find(content) is { } known)
            return known;
        if (wrapping.HasFlag(PayloadForm.CloudEvent))
            return CauseCatalog.CloudEvent;
        return wrapping.HasFlag(PayloadForm.Quoted) ? CauseCatalog.JsonValue : CauseCatalog.PlainText;
    }

    private static Cause ClassifyUnknown(ReadOnlySpan<byte> content, PayloadForm wrapping) => wrapping switch
    {
        _ when wrapping.HasFlag(PayloadForm.CloudEvent) => CauseCatalog.CloudEvent,
        _ when wrapping.HasFlag(PayloadForm.Base64) => CauseCatalog.PlainText, // As words without spaces are, too.
        _ when wrapping.HasFlag(PayloadForm.Grpc) => CauseCatalog.GrpcFramed,
        _ => PayloadFacts.IsRandom(content) ? CauseCatalog.RandomBytes : CauseCatalog.OtherBinary,
    };
}
