namespace Caisson.Core.Backends;

/// <summary>What a wall can do on this host.</summary>
/// <param name="Usable">Whether a sandbox can be started now.</param>
/// <param name="Checks">Every feature looked at.</param>
public sealed record BackendReport(bool Usable, IReadOnlyList<HostCheck> Checks);
