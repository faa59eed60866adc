using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Engine.Templates.Starting;

/// <summary>Brings up what a template runs in a new sandbox: its start command, and its ready command again and again until it succeeds.</summary>
/// <remarks>The caller bounds it.</remarks>
internal sealed class TemplateStart(TemplateDefaults defaults, IGuest guest, TimeProvider time)
{
    /// <summary>The tag by which the start command's process is found.</summary>
    public const string Tag = "start";

    private const int KeptOutput = 2048;

    // A ready command that hangs is tried anew.
    private static readonly TimeSpan _probeLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);
    private readonly StringBuilder _output = new();

    /// <summary>Called with every piece of output of either command.</summary>
    public Action<ReadOnlyMemory<byte>>? OnOutput { get; init; }

    /// <summary>Done once it is ready; Unavailable where the start command ends with a failure before that.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ready = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var started = defaults.StartCommand is { } command
            ? await Shell.StartAsync(guest, command, new ExecRequest { Command = "", Tag = Tag }, cancellation)
            : null;
        var ended = started is null ? new TaskCompletionSource<ExecExited>().Task : FollowAsync(started, ready.Token);
        var probing = defaults.ReadyCommand is { } probe ? ProbeAsync(probe, ready.Token) : Task.CompletedTask;
        try
        {
            if (await Task.WhenAny(ended, probing) == ended && (await ended) is not { ExitCode: 0 } and var exit)
                throw new CaissonException(ErrorCode.Unavailable, $"the start command ended before it was ready: {Describe(exit)}{Said()}", "Correct the template's start command.");
            await probing;
        }
        finally
        {
            await ready.CancelAsync();
            await probing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (started is not null)
                await ((Task)ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>How a process ended, in words.</summary>
    public static string Describe(ExecExited exit) => exit switch
    {
        { TimedOut: true } => "time ran out",
        { OutOfMemory: true } => "the memory limit ended it",
        { Signal: { } signal } => $"signal {signal}",
        _ => $"exit status {exit.ExitCode}",
    };

    private async Task<ExecExited> FollowAsync(IExecution process, CancellationToken cancellation)
    {
        await foreach (var happened in process.ReadAsync(cancellation))
        {
            if (happened is ExecExited exit)
                return exit;
            if (happened is ExecOutputEvent output)
                Take(output);
        }

        throw new CaissonException(ErrorCode.Unavailable, "the sandbox did not say how its start command ended");
    }

    private async Task ProbeAsync(string command, CancellationToken cancellation)
    {
        while (true)
        {
            await using (var probe = await Shell.StartAsync(guest, command, new ExecRequest { Command = "", Timeout = _probeLimit, Journaled = false }, cancellation))
            {
                if (await FollowAsync(probe, cancellation) is { ExitCode: 0 })
                    return;
            }

            await Task.Delay(_pause, time, cancellation);
        }
    }

    private void Take(ExecOutputEvent output)
    {
        OnOutput?.Invoke(output.Data);
        lock (_output)
        {
            if (_output.Length < KeptOutput)
                _output.Append(Encoding.UTF8.GetString(output.Data.Span[..Math.Min(output.Data.Length, KeptOutput)]));
        }
    }

    private string Said()
    {
        lock (_output)
            return _output.Length == 0 ? "" : $": {_output.ToString().Trim()}";
    }
}
