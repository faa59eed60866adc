using Caisson.Backends.MicroVm.Checkpoints;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Linux.Interop;
using Caisson.Network.Egress;
using Caisson.Protocol.Host;
using Caisson.Walls.Disks;

namespace Caisson.Backends.MicroVm;

internal partial class MicroVmSandbox
{
    private static readonly TimeSpan _writing = TimeSpan.FromSeconds(90);

    private static MicroVmSandbox Of(MachineResources resources, GuestClient guest, EgressGateway gateway, TimeProvider time, bool detached) =>
        resources.Machine is IWritableMachine machine ? new Writable(resources, machine, guest, gateway, time, detached) : new MicroVmSandbox(resources, guest, gateway, time, detached);

    private async Task<Checkpoint> CheckpointAsync(IWritableMachine machine, string directory, CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation).ConfigureAwait(false);
        var key = Key();
        var ran = !_frozen;
        if (ran)
            await StandStillAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(_writing, _time);
            var (bytes, _) = await CheckpointFiles.WriteAsync(directory, key, _resources.Token, to => machine.WriteAsync(to, limit.Token)).ConfigureAwait(false);
            await _resources.EndMachineAsync().ConfigureAwait(false);
            return new Checkpoint(bytes, (int)_lastUse.Pids);
        }
        catch (Exception e)
        {
            if (ran && _resources.Machine is not null)
                await MoveOnAsync(CancellationToken.None).ConfigureAwait(false);
            if (IsOfTheHost(e))
                throw NotWritten(e);
            throw;
        }
    }

    private async Task<CapturedLayer> CaptureAsync(IWritableMachine machine, string path, string memory, CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation).ConfigureAwait(false);
        var processes = await ProcessesAsync(cancellation).ConfigureAwait(false);
        if (processes == 0)
            return await CapturedDisk.WriteAsync(path, () => CopyFilesAsync(path, cancellation)).ConfigureAwait(false);
        CapturedMemory? captured = null;
        try
        {
            var layer = await CapturedDisk.WriteAsync(
                path,
                () => StandingAsync(
                    async goOn =>
                    {
                        DiskImage.Copy(_resources.Disk, path);
                        captured = await WriteAsync(machine, memory, processes, goOn).ConfigureAwait(false);
                    },
                    hold: false,
                    cancellation)).ConfigureAwait(false);
            if (!_frozen)
                await _guest.SetClockAsync(_time.GetUtcNow(), cancellation).ConfigureAwait(false);
            return layer with { Memory = captured };
        }
        catch (Exception e) when (IsOfTheHost(e))
        {
            throw NotWritten(e);
        }
        finally
        {
            if (_frozen)
                await RearmAsync(machine).ConfigureAwait(false);
        }
    }

    private async Task<CapturedMemory> WriteAsync(IWritableMachine machine, string memory, int processes, Func<Task> written)
    {
        using var limit = new CancellationTokenSource(_writing, _time);
        var (bytes, digest) = await CheckpointFiles.WriteAsync(
            memory,
            Key(),
            _resources.Token,
            async to =>
            {
                await machine.WriteAsync(to, limit.Token).ConfigureAwait(false);
                // Whether what was read has reached the disk is no matter of the machine's.
                await written().ConfigureAwait(false);
            }).ConfigureAwait(false);
        return new CapturedMemory(digest, bytes, processes);
    }

    // The monitor writes a machine once; after that it wants it to have run, for however short a while.
    private static async Task RearmAsync(IWritableMachine machine)
    {
        await machine.GoOnAsync(CancellationToken.None).ConfigureAwait(false);
        await machine.StopAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private string Key() =>
        _resources.Key ?? throw new CaissonException(ErrorCode.Unsupported, "an earlier version of the server started this machine, and did not say what its memory goes with");

    private static bool IsOfTheHost(Exception e) => e is IOException or LinuxException or UnauthorizedAccessException or OperationCanceledException;

    private static CaissonException NotWritten(Exception e) =>
        new(ErrorCode.Unavailable, $"the machine's memory could not be written: {e.Message}", "See that the state directory's disk has room.", inner: e);

    private sealed class Writable(MachineResources resources, IWritableMachine machine, GuestClient guest, EgressGateway gateway, TimeProvider time, bool detached)
        : MicroVmSandbox(resources, guest, gateway, time, detached), ICheckpointable, ICopiesMemory
    {
        public Task<CapturedLayer> CaptureWithMemoryAsync(string path, string memory, CancellationToken cancellation) => CaptureAsync(machine, path, memory, cancellation);

        public Task<Checkpoint> CheckpointAsync(string directory, CancellationToken cancellation) => CheckpointAsync(machine, directory, cancellation);
    }
}
