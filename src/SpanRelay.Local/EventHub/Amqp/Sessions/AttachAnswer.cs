using Amqp.Framing;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>The attach that answers a client's.</summary>
internal static class AttachAnswer
{
    /// <param name="attach">The client's.</param>
    /// <param name="isRefused">Without source and target: a detach with the reason follows.</param>
    public static Attach Create(Attach attach, bool isRefused)
    {
        var answer = new Attach
        {
            LinkName = attach.LinkName,
            Handle = attach.Handle,
            Role = !attach.Role,
            SndSettleMode = attach.SndSettleMode,
            RcvSettleMode = attach.RcvSettleMode,
            MaxMessageSize = LocalEventHub.MaxPublicationBytes,
            Properties = [], // Azure's Python client reads it without looking whether it is there.
        };
        if (attach.Role) answer.InitialDeliveryCount = 0;
        if (isRefused) return answer;
        answer.Source = attach.Source;
        answer.Target = attach.Target;
        return answer;
    }
}
