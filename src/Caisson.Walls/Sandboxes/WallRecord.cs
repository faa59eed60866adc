namespace Caisson.Walls.Sandboxes;

/// <summary>What is written beside a detached sandbox so that a later server finds it again.</summary>
/// <param name="Monitor">Host pid of the program that waits for the guest, or 0.</param>
/// <param name="Guest">Host pid of the guest.</param>
/// <param name="GuestStart">The guest's start time in clock ticks since boot: a pid alone may be somebody else's by now.</param>
/// <param name="Ids">First id of its range.</param>
/// <param name="Password">What the control door asks for, or null.</param>
internal sealed record WallRecord(int Monitor, int Guest, long GuestStart, uint Ids, byte[]? Password = null)
{
    public const string FileName = "wall.json";
}
