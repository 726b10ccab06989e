using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>
/// Unwraps an event, one layer at a time. Where nothing but the content tells a wrapping from any other
/// bytes, it counts as one only if the content is an export.
/// </summary>
internal sealed class PayloadLayers : IDisposable
{
    private readonly Inflater _inflater = new();
    private PooledBuffer _output = new();
    private PooledBuffer _other = new();

    /// <summary>Before each event.</summary>
    public void Reset() => _inflater.BytesLeft = ProcessMemory.MaxInflatedBytes;

    /// <summary>What the body was wrapped in, and the content, valid as long as the body and until the next call but one.</summary>
    /// <returns>No form when it is not wrapped. With a problem, it is wrapped in something that cannot be removed.</returns>
    public (PayloadForm Form, ReadOnlyMemory<byte> Content, PayloadProblem Problem) Unwrap(ReadOnlyMemory<byte> body)
    {
        _output.Truncate(0);
        var (form, problem) = _inflater.Inflate(body, _output);
        if (form != PayloadForm.None)
            return Written(form, problem);

        _output.Truncate(0);
        if (OtlpJson.LooksLikeJson(body.Span))
            return OpenEnvelope(body);
        if (MessageFraming.IsGrpc(body.Span))
            return Written(PayloadForm.Grpc, MessageFraming.OpenGrpc(body, _inflater, _output));
        form = ReadText(body.Span);
        return form != PayloadForm.None ? Written(form, PayloadProblem.None) : OpenByContent(body);
    }

    public void Release()
    {
        _other.Truncate(0);
        _output.Truncate(0);
    }

    public void Dispose()
    {
        _other.Dispose();
        _output.Dispose();
    }

    private (PayloadForm Form, ReadOnlyMemory<byte> Content, PayloadProblem Problem) Written(PayloadForm form, PayloadProblem problem)
    {
        (_other, _output) = (_output, _other); // It is the next body: what is in it is written elsewhere.
        return (form, _other.WrittenMemory, problem);
    }

    private PayloadForm ReadText(ReadOnlySpan<byte> body)
    {
        _output.Truncate(0);
        if (TextLayer.IsUtf16(body))
        {
            TextLayer.ReadUtf16(body, _output);
            return PayloadForm.Utf16;
        }

        if (TextLayer.TryReadQuoted(body, _output))
            return PayloadForm.Quoted;
        return TextLayer.TryReadBase64(body, _output) ? PayloadForm.Base64 : PayloadForm.None;
    }

    private (PayloadForm Form, ReadOnlyMemory<byte> Content, PayloadProblem Problem) OpenEnvelope(ReadOnlyMemory<byte> body)
    {
        if (!JsonEnvelope.TryOpen(body, _output, out var content, out var form))
            return default;
        return _output.Length > 0 ? Written(form, PayloadProblem.None) : (form, content, PayloadProblem.None);
    }

    private (PayloadForm Form, ReadOnlyMemory<byte> Content, PayloadProblem Problem) OpenByContent(ReadOnlyMemory<byte> body)
    {
        if (MessageFraming.TryOpenSchemaId(body, out var content))
            return (PayloadForm.SchemaId, content, PayloadProblem.None);

        _output.Truncate(0);
        if (ExportPart.TryWrap(body.Span, _output))
            return Written(PayloadForm.Part, PayloadProblem.None);
        if (MessageFraming.TryOpenLengthDelimited(body.Span, _output))
            return Written(PayloadForm.LengthDelimited, PayloadProblem.None);

        _output.Truncate(0);
        var problem = _inflater.InflateDeflate(body, _output);
        var isExport = problem == PayloadProblem.None && (OtlpJson.LooksLikeJson(_output.WrittenSpan) || MessageFraming.HoldsSpans(_output.WrittenSpan));
        return isExport ? Written(PayloadForm.Deflate, PayloadProblem.None) : default;
    }
}
