namespace Caisson.Server.Api.Snapshots;

/// <summary>How a sandbox is paused.</summary>
/// <param name="Memory">False to end its processes and keep its files alone.</param>
internal sealed record PauseBody(bool Memory = true);
