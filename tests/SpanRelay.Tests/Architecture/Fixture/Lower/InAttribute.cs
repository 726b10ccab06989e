using SpanRelay.Tests.Architecture.Fixture.Upper;

namespace SpanRelay.Tests.Architecture.Fixture.Lower;

[System.Diagnostics.DebuggerTypeProxy(typeof(Roof))]
internal sealed class InAttribute;
