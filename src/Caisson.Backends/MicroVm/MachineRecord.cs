namespace Caisson.Backends.MicroVm;

/// <summary>What is written beside a sandbox so that a later server finds it again.</summary>
/// <param name="Monitor">Host pid of the monitor.</param>
/// <param name="MonitorStart">Its start time in clock ticks since boot: a pid alone may be somebody else's by now.</param>
/// <param name="Ids">First id of its range.</param>
/// <param name="Token">What a host begins the line with.</param>
/// <param name="Key">What its memory goes with, as kept machines are named; null where an earlier version started it.</param>
internal sealed record MachineRecord(int Monitor, long MonitorStart, uint Ids, byte[] Token, string? Key)
{
    public const string FileName = "wall.json";
}
