using CsCheck;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>Small generators.</summary>
internal static class Any
{
    public static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>Nothing so often, for one time that there is something.</summary>
    public static Gen<List<T>> Or<T>(int nothing, Gen<List<T>> something) =>
        Gen.Frequency((nothing, Gen.Int[0, 0].Select(_ => new List<T>())), (1, something));
}
