namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>A machine that can be written out with its memory, for an <see cref="IWritableMonitor"/> to put back.</summary>
internal interface IWritableMachine : IMachine
{
    /// <summary>Writes memory and the state of the devices of a machine that is stopped; it stays as it is.</summary>
    Task WriteAsync(Func<ReadOnlyMemory<byte>, ValueTask> to, CancellationToken cancellation);
}
