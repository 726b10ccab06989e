using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>
/// Decodes an event's body to an encoded trace export. The bytes decide, not the event's properties: what can be read in one
/// way only is read (<see cref="PayloadForm"/>), anything else is refused. Not thread-safe; owns the buffers it decodes into.
/// </summary>
public sealed class PayloadDecoder : IDisposable
{
    /// <summary>64 MiB, the protocol's limit for a request after decompression. For one event's layers together it is the most there is; <see cref="ProcessMemory"/> may set less.</summary>
    public const int MaxInflatedBytes = 64 * 1024 * 1024;

    /// <summary>The most encodings, envelopes and compressions around an export.</summary>
    public const int MaxLayers = 5;

    /// <summary>How long redacting one event may take.</summary>
    internal static readonly TimeSpan LongestRedaction = TimeSpan.FromSeconds(30);

    private readonly PayloadLayers _layers = new();
    private readonly PooledBuffer _converted = new();
    private readonly PooledBuffer _renamed = new();

    /// <summary>In which form the last body's spans were read; <see cref="PayloadForm.None"/> when they were not.</summary>
    public PayloadForm Form { get; private set; }

    /// <summary>What the last body was wrapped in, also when what was inside could not be read.</summary>
    internal PayloadForm Wrapping { get; private set; }

    /// <summary>The last body without what it was wrapped in, as far as that could be removed. Valid until the next call.</summary>
    internal ReadOnlyMemory<byte> Innermost { get; private set; }

    /// <summary>Decodes one body.</summary>
    /// <returns>
    /// An encoded export, not validated yet and valid until the next call; empty when there is a <paramref name="problem"/>,
    /// or when the export holds nothing.
    /// </returns>
    public ReadOnlySpan<byte> Decode(ReadOnlyMemory<byte> body, out PayloadProblem problem)
    {
        _layers.Reset();
        (Form, Wrapping, Innermost) = (PayloadForm.None, PayloadForm.None, body);
        for (var layer = 0; ; layer++)
        {
            problem = Read(Innermost.Span, out var export, out var form);
            if (problem == PayloadProblem.None)
            {
                Form = Wrapping | form;
                return export;
            }

            if (!MayBeWrapped(problem) || !TryUnwrap(layer, ref problem))
                return [];
        }
    }

    /// <summary>Releases the memory that only a large body needs. What was decoded is no longer valid.</summary>
    internal void Release()
    {
        Innermost = default;
        _layers.Release();
        _converted.Truncate(0);
        _renamed.Truncate(0);
    }

    public void Dispose()
    {
        _layers.Dispose();
        _converted.Dispose();
        _renamed.Dispose();
    }

    private static bool MayBeWrapped(PayloadProblem problem) =>
        problem is PayloadProblem.MalformedProtobuf or PayloadProblem.NotTraces or PayloadProblem.SpansNotFound;

    /// <returns>False when the body wraps nothing; the problem then is unchanged, or that of the wrapping.</returns>
    private bool TryUnwrap(int layer, ref PayloadProblem problem)
    {
        var (form, content, found) = _layers.Unwrap(Innermost);
        Wrapping |= form;
        if (form == PayloadForm.None)
            return false;

        if (found == PayloadProblem.None && layer < MaxLayers)
        {
            Innermost = content;
            return true;
        }

        problem = found == PayloadProblem.None ? PayloadProblem.TooManyLayers : found;
        return false;
    }

    private PayloadProblem Read(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> export, out PayloadForm form)
    {
        export = bytes;
        form = PayloadForm.Protobuf;
        if (bytes.IsEmpty)
            return PayloadProblem.Empty;
        if (!OtlpJson.LooksLikeJson(bytes))
            return ReadProtobuf(ref export, ref form);

        _converted.Truncate(0);
        var problem = OtlpJson.TryConvert(bytes, _converted, out form);
        export = _converted.WrittenSpan;
        return problem == PayloadProblem.None && form.HasFlag(PayloadForm.OldScopes) ? ReadProtobuf(ref export, ref form) : problem;
    }

    private PayloadProblem ReadProtobuf(ref ReadOnlySpan<byte> export, ref PayloadForm form)
    {
        if (Inflater.IsZstd(export) || !ExportShape.TryRead(export, out var shape))
            return PayloadProblem.MalformedProtobuf;
        if (shape.HasUnread)
            return shape.Resources == 0 ? PayloadProblem.NotTraces : PayloadProblem.SpansNotFound;
        if (!shape.HasOldScopes)
            return PayloadProblem.None;

        form |= PayloadForm.OldScopes;
        _renamed.Truncate(0);
        var isRenamed = OldScopes.TryRename(export, _renamed);
        export = _renamed.WrittenSpan;
        return isRenamed ? PayloadProblem.None : PayloadProblem.TwoListsOfSpans;
    }
}
