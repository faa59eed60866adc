using Caisson.Backends.MicroVm.Checkpoints;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Linux.Interop;
using Caisson.Network.Egress;
using Caisson.Protocol.Host;

namespace Caisson.Backends.MicroVm;

internal partial class MicroVmSandbox
{
    private static readonly TimeSpan _writing = TimeSpan.FromSeconds(90);

    private static MicroVmSandbox Of(MachineResources resources, GuestClient guest, EgressGateway gateway, TimeProvider time, bool detached) =>
        resources.Machine is IWritableMachine machine ? new Writable(resources, machine, guest, gateway, time, detached) : new MicroVmSandbox(resources, guest, gateway, time, detached);

    private async Task<Checkpoint> CheckpointAsync(IWritableMachine machine, string directory, CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation).ConfigureAwait(false);
        var key = _resources.Key ?? throw new CaissonException(ErrorCode.Unsupported, "an earlier version of the server started this machine, and did not say what its memory goes with");
        var ran = !_frozen;
        if (ran)
            await StandStillAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(_writing, _time);
            var bytes = await CheckpointFiles.WriteAsync(directory, key, _resources.Token, to => machine.WriteAsync(to, limit.Token)).ConfigureAwait(false);
            await _resources.EndMachineAsync().ConfigureAwait(false);
            return new Checkpoint(bytes, (int)_lastUse.Pids);
        }
        catch (Exception e)
        {
            if (ran && _resources.Machine is not null)
                await MoveOnAsync(CancellationToken.None).ConfigureAwait(false);
            if (e is IOException or LinuxException or UnauthorizedAccessException or OperationCanceledException)
                throw new CaissonException(ErrorCode.Unavailable, $"the machine's memory could not be written: {e.Message}", "See that the state directory's disk has room.", inner: e);
            throw;
        }
    }

    private sealed class Writable(MachineResources resources, IWritableMachine machine, GuestClient guest, EgressGateway gateway, TimeProvider time, bool detached)
        : MicroVmSandbox(resources, guest, gateway, time, detached), ICheckpointable
    {
        public Task<Checkpoint> CheckpointAsync(string directory, CancellationToken cancellation) => CheckpointAsync(machine, directory, cancellation);
    }
}
