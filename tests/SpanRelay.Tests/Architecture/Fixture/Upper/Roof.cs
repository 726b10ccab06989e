using SpanRelay.Tests.Architecture.Fixture.Lower;

namespace SpanRelay.Tests.Architecture.Fixture.Upper;

internal class Roof
{
    public InField? Below { get; init; }
}
