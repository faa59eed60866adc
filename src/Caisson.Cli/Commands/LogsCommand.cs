using System.CommandLine;
using System.Globalization;
using Caisson.Cli.Output;
using Caisson.Core.Events;
using Caisson.Core.Failures;

namespace Caisson.Cli.Commands;

/// <summary><c>caisson logs</c>: a sandbox's timeline, a line an entry.</summary>
internal static class LogsCommand
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(300);

    public static Command Create()
    {
        var id = Arguments.Sandbox();
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the sandbox ends." };
        var command = new Command("logs", "Show what happened in a sandbox.") { id, follow };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            var sandbox = await client.GetAsync(parsed.GetValue(id)!, cancellation);
            var after = 0L;
            while (true)
            {
                IReadOnlyList<SandboxEvent> entries;
                try
                {
                    entries = await sandbox.ReadTimelineAsync(after, cancellation);
                }
                catch (CaissonException gone) when (gone.Code == ErrorCode.NotFound && after > 0)
                {
                    return 0;
                }

                foreach (var entry in entries)
                    Console.WriteLine(Line(entry));
                if (entries.Count > 0)
                    after = entries[^1].Sequence;
                else if (parsed.GetValue(follow))
                    await Task.Delay(_pause, TimeProvider.System, cancellation);
                else
                    return 0;
            }
        }));
        return command;
    }

    /// <summary>One entry as one line that cannot act on the terminal.</summary>
    internal static string Line(SandboxEvent entry)
    {
        var text = entry switch
        {
            LifecycleEvent one => $"{one.State}: {one.Reason}",
            ExecStarted one => $"[{one.Pid}] started {one.Command} {string.Join(' ', one.Arguments)} as {one.User}",
            ExecOutput one => $"[{one.Pid}] {one.Stream}: {one.Text.TrimEnd('\r', '\n')}",
            ExecEnded one => $"[{one.Pid}] ended {(one.ExitCode is { } code ? $"with {code}" : $"by signal {one.Signal}")}",
            EgressDecision one => $"{one.Verdict.ToString().ToLowerInvariant()} {one.Host}:{one.Port} by {one.Rule}{(one.Remedy is null ? "" : $"; {one.Remedy}")}",
            LimitReached one => $"limit {one.Resource}: {one.Detail}",
            PolicyChanged one => $"policy: {one.Summary}",
            _ => entry.GetType().Name,
        };
        return $"{entry.At.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} {Plain.Text(text)}";
    }
}
