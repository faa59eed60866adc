using Caisson.Core.Backends;

namespace Caisson.Server.Doctor;

/// <summary>What one wall can do on this host.</summary>
/// <param name="Name">The name by which requests choose it.</param>
/// <param name="Strength">How strong it is.</param>
/// <param name="Capabilities">What its sandboxes have beyond commands and files.</param>
/// <param name="Usable">Whether a sandbox can be started now.</param>
/// <param name="Checks">Every feature looked at.</param>
internal sealed record WallReport(string Name, WallStrength Strength, IReadOnlyList<WallCapabilities> Capabilities, bool Usable, IReadOnlyList<HostCheck> Checks);
