using Caisson.Core.Events;

namespace Caisson.Engine.Timeline;

/// <summary>An estimate of what an entry takes in memory.</summary>
internal static class EventSize
{
    private const int Fixed = 96;

    public static long Of(SandboxEvent entry) => Fixed + (2L * Characters(entry));

    private static long Characters(SandboxEvent entry) => entry switch
    {
        ExecOutput output => output.Text.Length,
        ExecStarted started => started.Command.Length + started.User.Length + started.Arguments.Sum(argument => argument.Length + 16L),
        LifecycleEvent lifecycle => lifecycle.Reason.Length,
        EgressDecision egress => egress.Host.Length + egress.Rule.Length + (egress.Remedy?.Length ?? 0) + (egress.Address?.Length ?? 0),
        LimitReached limit => limit.Detail.Length,
        PolicyChanged policy => policy.Summary.Length,
        _ => 0,
    };
}
