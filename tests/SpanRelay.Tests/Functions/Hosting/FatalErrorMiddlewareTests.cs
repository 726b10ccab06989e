using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using SpanRelay.Functions.Hosting;

namespace SpanRelay.Tests.Functions.Hosting;

public class FatalErrorMiddlewareTests
{
    // The library's own judgment of what it leaves unanswered.
    private static readonly MethodInfo IsFatal = typeof(FunctionContext).Assembly
        .GetType("Microsoft.Azure.Functions.Worker.Core.ExceptionExtensions", throwOnError: true)!.GetMethod("IsFatal", BindingFlags.Static | BindingFlags.Public)!;

#pragma warning disable CA2201 // The runtime's own exceptions are what is tested.
    public static TheoryData<Exception> Fatal =>
    [
        new OutOfMemoryException(),
        new InvalidOperationException("outer", new OutOfMemoryException()),
        new AggregateException(new OutOfMemoryException()),
        new BadImageFormatException("x"),
        new TypeInitializationException("T", new InvalidProgramException()),
        new AccessViolationException(),
        new AppDomainUnloadedException(),
        new CannotUnloadAppDomainException(),
    ];
#pragma warning restore CA2201

    [Theory]
    [MemberData(nameof(Fatal))]
    public async Task WhatTheLibraryWouldNotAnswerBecomesAFailureThatItAnswers(Exception fatal)
    {
        Assert.True(IsAnsweredNever(fatal));

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => new FatalErrorMiddleware().Invoke(null!, _ => Task.FromException(fatal)));

        Assert.False(IsAnsweredNever(thrown));
        Assert.NotEmpty(thrown.Message);
    }

    [Fact]
    public async Task OtherExceptionsPassAsTheyAre()
    {
        var other = new InvalidOperationException("x", new InsufficientMemoryException());

        Assert.Same(other, await Assert.ThrowsAsync<InvalidOperationException>(() => new FatalErrorMiddleware().Invoke(null!, _ => Task.FromException(other))));
    }

    private static bool IsAnsweredNever(Exception exception) => (bool)IsFatal.Invoke(null, [exception])!;
}
