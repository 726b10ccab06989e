using SpanRelay.Tests.Architecture.Fixture.Upper;

namespace SpanRelay.Tests.Architecture.Fixture.Lower;

internal sealed class InField
{
    public Roof? Above { get; init; }
}
