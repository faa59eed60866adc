namespace Caisson.Server.Api.Processes;

/// <summary>A signal to send.</summary>
/// <param name="Signal">Its number, 1 to 64.</param>
/// <param name="Group">Whether the whole process group gets it.</param>
internal sealed record SignalBody(int Signal, bool Group = false);
