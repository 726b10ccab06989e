using System.Reflection;
using Microsoft.Extensions.Logging;

namespace SpanRelay.Tests;

/// <summary>Ids and names of log events are stable: alerts, queries and people look for them.</summary>
public class LogEventsTests
{
    private static readonly IReadOnlyList<LoggerMessageAttribute> Messages =
    [
        .. from assembly in (Assembly[])[typeof(Relay).Assembly, typeof(SpanRelay.Functions.ForwardSpans).Assembly]
           from type in assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           select message,
    ];

    [Fact]
    public void NoTwoMessagesHaveTheSameId()
    {
        Assert.InRange(Messages.Count, 45, int.MaxValue);
        Assert.Empty(Messages.GroupBy(each => each.EventId).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(" / ", same.Select(each => each.Message))}"));
    }

    [Fact]
    public void EachNameThatAlertsLookForBelongsToOneMessage()
    {
        var names = typeof(LogEvents).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.Equal(names.Order(), Messages.Select(each => each.EventName).OfType<string>().Order());
    }
}
