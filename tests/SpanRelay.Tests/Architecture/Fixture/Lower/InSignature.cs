using SpanRelay.Tests.Architecture.Fixture.Upper;

namespace SpanRelay.Tests.Architecture.Fixture.Lower;

internal interface InSignature
{
    void Stand(Roof[] under);
}
