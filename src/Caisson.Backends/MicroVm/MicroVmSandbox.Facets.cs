using System.Diagnostics;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Protocol.Lines;
using Caisson.Protocol.Messages;
using Caisson.Walls.Disks;

namespace Caisson.Backends.MicroVm;

internal partial class MicroVmSandbox : IFreezable, ILayered, IOutgoing, IWritesOut
{
    private const int HoldAttempts = 3;
    private static readonly TimeSpan _writeOut = TimeSpan.FromSeconds(60);
    private bool _frozen;
    private MachineUsage _lastUse = new();

    public int OutgoingConnections => _resources.Egress?.Connections ?? 0;

    public async Task FreezeAsync(CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation).ConfigureAwait(false);
        if (!_frozen)
            await StandStillAsync(cancellation).ConfigureAwait(false);
    }

    public async Task ThawAsync(CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation).ConfigureAwait(false);
        await MoveOnAsync(cancellation).ConfigureAwait(false);
    }

    public async Task WriteOutAsync(CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation).ConfigureAwait(false);
        using var over = new CancellationTokenSource(_writeOut, _time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, over.Token);
        try
        {
            if (_frozen)
                await _resources.Machine!.GoOnAsync(limit.Token).ConfigureAwait(false);
            _frozen = false;
            await _guest.SyncDiskAsync(last: true, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new CaissonException(ErrorCode.Unavailable, $"the machine did not write its files out within {_writeOut.TotalSeconds:0} s", "Try again, or see whether the host is overloaded.", inner: e);
        }
    }

    public async Task<CapturedLayer> CaptureAsync(string path, bool leaveProcesses, CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation).ConfigureAwait(false);
        return await CapturedDisk.WriteAsync(path, () => CopyAsync(path, leaveProcesses, cancellation)).ConfigureAwait(false);
    }

    private async Task StandStillAsync(CancellationToken cancellation)
    {
        // A guest that stands still can neither write out nor be asked.
        await _guest.SyncDiskAsync(last: false, cancellation).ConfigureAwait(false);
        _lastUse = await _guest.MachineUseAsync(cancellation).ConfigureAwait(false);
        await _resources.Machine!.StopAsync(cancellation).ConfigureAwait(false);
        _frozen = true;
    }

    private async Task MoveOnAsync(CancellationToken cancellation)
    {
        await _resources.Machine!.GoOnAsync(cancellation).ConfigureAwait(false);
        _frozen = false;
        await _guest.SetClockAsync(_time.GetUtcNow(), cancellation).ConfigureAwait(false);
    }

    private async Task<TimeSpan> CopyAsync(string path, bool leaveProcesses, CancellationToken cancellation)
    {
        if (!leaveProcesses && await ProcessesAsync(cancellation).ConfigureAwait(false) > 0)
        {
            throw new CaissonException(
                ErrorCode.Unsupported,
                "processes run in this sandbox, and the microvm wall can copy files but no processes",
                "End them first, or ask for a copy of the files alone.");
        }

        return await CopyFilesAsync(path, cancellation).ConfigureAwait(false);
    }

    private Task<TimeSpan> CopyFilesAsync(string path, CancellationToken cancellation) => StandingAsync(
        _ =>
        {
            DiskImage.Copy(_resources.Disk, path);
            return Task.CompletedTask;
        },
        hold: true,
        cancellation);

    private async Task<int> ProcessesAsync(CancellationToken cancellation) =>
        (int)(_frozen ? _lastUse : await _guest.MachineUseAsync(cancellation).ConfigureAwait(false)).Pids;

    /// <summary>Has it stand still for a work that begins when all that was written is on its disk, and ends it by what it is given, or by its own end.</summary>
    /// <returns>How long it stood still; nothing if it did before.</returns>
    private async Task<TimeSpan> StandingAsync(Func<Func<Task>, Task> work, bool hold, CancellationToken cancellation)
    {
        var running = !_frozen;
        // What is much is written out before anybody waits for it.
        if (running)
            await _guest.SyncDiskAsync(last: false, cancellation).ConfigureAwait(false);
        var watch = Stopwatch.StartNew();
        if (running && hold)
            await StopBetweenWritesAsync(cancellation).ConfigureAwait(false);
        else if (running)
            await _resources.Machine!.StopAsync(cancellation).ConfigureAwait(false);
        try
        {
            await work(GoOnAsync).ConfigureAwait(false);
        }
        finally
        {
            await GoOnAsync().ConfigureAwait(false);
        }

        return running ? watch.Elapsed : TimeSpan.Zero;

        async Task GoOnAsync()
        {
            if (!running || !watch.IsRunning)
                return;
            await _resources.Machine!.GoOnAsync(CancellationToken.None).ConfigureAwait(false);
            watch.Stop();
            if (hold)
                await _guest.ReleaseDiskAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    // Files alone: what a program wrote last must be among them, and what it wrote before.
    private async Task StopBetweenWritesAsync(CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= HoldAttempts; attempt++)
        {
            var since = Stopwatch.GetTimestamp();
            await _guest.HoldDiskAsync(cancellation).ConfigureAwait(false);
            await _resources.Machine!.StopAsync(cancellation).ConfigureAwait(false);
            if (Stopwatch.GetElapsedTime(since) < DiskHold.Longest)
                return;
            await _resources.Machine!.GoOnAsync(CancellationToken.None).ConfigureAwait(false);
            await _guest.ReleaseDiskAsync(CancellationToken.None).ConfigureAwait(false);
        }

        throw new CaissonException(ErrorCode.Unavailable, "the machine could not be stopped while nothing was written to its disk", "See whether the host is overloaded.");
    }

    // One change at a time, and none after the end.
    private async Task<IDisposable> TurnAsync(CancellationToken cancellation)
    {
        await _ending.WaitAsync(cancellation).ConfigureAwait(false);
        if (!_ended && _resources.Machine is not null)
            return new Turn(_ending);
        _ending.Release();
        throw Gone();
    }

    private static CaissonException Gone() => new(ErrorCode.Unavailable, "the sandbox is gone");

    private sealed class Turn(SemaphoreSlim held) : IDisposable
    {
        public void Dispose() => held.Release();
    }
}
