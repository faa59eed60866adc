namespace Caisson.Guest.Processes;

/// <summary>A process as /proc shows it.</summary>
internal sealed record ProcessSample(int Pid, int Parent, int Session);
