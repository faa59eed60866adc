namespace Caisson.Guest.Processes;

/// <summary>A process just started, with our ends of its descriptors (-1 where there is none).</summary>
internal readonly record struct LaunchedProcess(int Pid, int Input, int Output, int Error, int Terminal);
