using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Dialects.SweRex.Running;

namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>The processes of a terminal's session, which are those that its shell started and that did not leave it.</summary>
/// <remarks>A shell that reads its command from a file does not pass a hang-up on, and takes the terminal from its job before it ends.</remarks>
internal static class TerminalSession
{
    private const int Kill = 9;
    private const int Output = 4096;

    // The sixth field of stat is the session; the second may have blanks in it. A stopped process takes the signal when it goes on.
    private const string Script = """
        for stat in /proc/[0-9]*/stat; do
          { read -r line; } 2>/dev/null <"$stat" || continue
          set -- ${line##*) }
          [ "$4" = "$0" ] && kill -HUP "${line%% *}" && kill -CONT "${line%% *}"
        done 2>/dev/null
        """;

    /// <summary>Hangs up on all of them, and kills the shell if it stays.</summary>
    public static async Task EndAsync(IGuest guest, string user, int shell, Task ended, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            var request = new ExecRequest { Command = "/bin/sh", Arguments = ["-c", Script, shell.ToString(CultureInfo.InvariantCulture)], User = user, Journaled = false };
            await Collected.RunAsync(guest, request, Output, cancellation);
            await ended.WaitAsync(TimeSpan.FromMilliseconds(500), time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ended.IsCompleted)
                await guest.SignalAsync(new ProcessSelector(shell), Kill, group: true, cancellation);
        }
        catch (Exception e) when (e is CaissonException or OperationCanceledException)
        {
            // They have ended, or their sandbox has.
        }
    }
}
