using Caisson.Core.Backends;

namespace Caisson.Client;

/// <summary>What one wall of a server can do on its host.</summary>
/// <param name="Name">The name by which specs choose it.</param>
/// <param name="Strength">How strong it is.</param>
/// <param name="Usable">Whether a sandbox can be started now.</param>
/// <param name="Checks">Every feature looked at.</param>
public sealed record WallStatus(string Name, WallStrength Strength, bool Usable, IReadOnlyList<HostCheck> Checks);
