using SpanRelay.Tests.Architecture.Fixture.Upper;

namespace SpanRelay.Tests.Architecture.Fixture.Lower;

internal sealed class InConstraint<T>
    where T : Roof;
