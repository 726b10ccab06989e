using SpanRelay.Doctor;

namespace SpanRelay.Tests.Doctor;

/// <summary>Something that is wrong before a span comes, and what doctor says of it.</summary>
/// <param name="Description">For docs/doctor.md.</param>
/// <param name="Code">The dead letter's code; null where a dead letter cannot have this cause.</param>
internal sealed record BrokenSetup(string Description, string Check, CheckMark Mark, string? Code, Func<DoctorWorld, Task> BreakAsync)
{
    public BrokenSetup(string description, string check, CheckMark mark, string? code, Action<DoctorWorld> change)
        : this(description, check, mark, code, world =>
        {
            change(world);
            return Task.CompletedTask;
        })
    {
    }

    public override string ToString() => Description;
}
