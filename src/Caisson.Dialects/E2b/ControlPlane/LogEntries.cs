using System.Globalization;
using Caisson.Core.Events;
using Caisson.Core.Policy;
using Caisson.Dialects.E2b.ControlPlane.Wire;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Timeline entries in words.</summary>
internal static class LogEntries
{
    public static LogEntry Of(SandboxEvent entry)
    {
        var (level, message, fields) = Describe(entry);
        return new LogEntry(SandboxViews.Time(entry.At), message, level, fields);
    }

    private static (string Level, string Message, Dictionary<string, string> Fields) Describe(SandboxEvent entry) => entry switch
    {
        LifecycleEvent life => ("info", $"sandbox {life.State}: {life.Reason}", Fields("lifecycle")),
        ExecStarted start => ("info", $"process {start.Pid} started: {start.Command} {string.Join(' ', start.Arguments)}".TrimEnd(), Fields("exec.started", start.Pid)),
        ExecOutput output => ("debug", output.Text, Fields("exec.output", output.Pid, ("stream", output.Stream))),
        ExecEnded { Signal: { } signal } end => ("warn", $"process {end.Pid} ended by signal {signal}", Fields("exec.ended", end.Pid)),
        ExecEnded end => ("info", $"process {end.Pid} exited with {end.ExitCode}", Fields("exec.ended", end.Pid)),
        EgressDecision egress => Describe(egress),
        LimitReached limit => ("error", $"limit reached: {limit.Resource}: {limit.Detail}", Fields("limit")),
        PolicyChanged policy => ("info", $"egress policy replaced: {policy.Summary}", Fields("policy")),
        _ => ("info", entry.GetType().Name, Fields("event")),
    };

    private static (string Level, string Message, Dictionary<string, string> Fields) Describe(EgressDecision egress)
    {
        var allowed = egress.Verdict == EgressVerdict.Allow;
        var message = $"connection to {egress.Host}:{egress.Port} {(allowed ? "let through" : "refused")} by rule {egress.Rule}";
        if (egress.Remedy is not null)
            message += $"; {egress.Remedy}";
        return (allowed ? "debug" : "warn", message, Fields("egress", null, ("host", egress.Host)));
    }

    private static Dictionary<string, string> Fields(string type, int? pid = null, (string Name, string Value)? more = null)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = type };
        if (pid is { } number)
            fields["pid"] = number.ToString(CultureInfo.InvariantCulture);
        if (more is { } pair)
            fields[pair.Name] = pair.Value;
        return fields;
    }
}
