namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>A monitor that puts machines back that were written out with their memory.</summary>
internal interface IWritableMonitor : IMachineMonitor
{
    /// <summary>Starts a machine that was written out; it stands still when this returns.</summary>
    Task<IMachine> PutBackAsync(MachineStart start, Stream from, CancellationToken cancellation);
}
