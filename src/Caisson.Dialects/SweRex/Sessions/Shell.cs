using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>A bash under a terminal of its own, and what it shows.</summary>
internal sealed class Shell : IAsyncDisposable
{
    /// <summary>How the tags of sessions' shells begin.</summary>
    public const string Tag = "swerex-";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly IGuest _guest;
    private readonly string _user;
    private readonly IExecution _execution;
    private readonly CancellationTokenSource _detached = new();
    private readonly Task _reading;
    private readonly TimeProvider _time;

    private Shell(IGuest guest, string user, IExecution execution, SessionOutput output, TimeProvider time)
    {
        (_guest, _user, _execution, Output, _time) = (guest, user, execution, output, time);
        _reading = ReadAsync(_detached.Token);
    }

    public SessionOutput Output { get; }

    /// <summary>Starts one that reads a file first.</summary>
    public static async Task<Shell> StartAsync(IGuest guest, ShellFiles files, string user, string? directory, int bound, TimeProvider time, CancellationToken cancellation)
    {
        var execution = await guest.StartAsync(
            new ExecRequest
            {
                Command = "bash",
                Arguments = ["--noediting", "--rcfile", files.Startup, "-i"],
                // No program is to draw on a screen that nobody sees.
                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["TERM"] = "dumb" },
                Terminal = new TerminalSize(80, 24),
                User = user,
                WorkingDirectory = directory,
                Tag = Tag + files.Mark,
            },
            cancellation);
        return new Shell(guest, user, execution, new SessionOutput(Prompt.Opening(files.Mark), bound), time);
    }

    /// <summary>Types something.</summary>
    public Task TypeAsync(string text, CancellationToken cancellation) =>
        _guest.WriteInputAsync(new ProcessSelector(_execution.Pid), Encoding.UTF8.GetBytes(text), cancellation);

    /// <summary>Ends it and what it started, but for what ignores a hang-up.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var late = new CancellationTokenSource(_patience, _time))
        {
            if (!_reading.IsCompleted)
                await TerminalSession.EndAsync(_guest, _user, _execution.Pid, _reading, _time, late.Token);
            await _reading.WaitAsync(late.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _detached.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _execution.DisposeAsync();
        _detached.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        var decoder = EscapedBytes.Utf8.GetDecoder();
        // Bytes that are not UTF-8 become four characters each.
        var text = new char[(GuestLimits.OutputChunk * 4) + 16];
        try
        {
            await foreach (var happened in _execution.ReadAsync(cancellation))
            {
                if (happened is not ExecOutputEvent output)
                    continue;
                var length = decoder.GetChars(output.Data.Span, text, flush: false);
                Output.Append(text.AsSpan(0, length));
            }

            Output.End("its shell has ended");
        }
        catch (Exception e) when (e is CaissonException or OperationCanceledException or IOException)
        {
            Output.End("its sandbox has ended or was paused");
        }
    }
}
