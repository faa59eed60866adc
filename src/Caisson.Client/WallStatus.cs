using Caisson.Core.Backends;

namespace Caisson.Client;

/// <summary>What one wall of a server can do on its host.</summary>
/// <param name="Name">The name by which specs choose it.</param>
/// <param name="Strength">How strong it is.</param>
/// <param name="Capabilities">What its sandboxes have beyond commands and files; null from a server that does not tell.</param>
/// <param name="Usable">Whether a sandbox can be started now.</param>
/// <param name="Checks">Every feature looked at.</param>
public sealed record WallStatus(string Name, WallStrength Strength, IReadOnlyList<WallCapabilities>? Capabilities, bool Usable, IReadOnlyList<HostCheck> Checks);
