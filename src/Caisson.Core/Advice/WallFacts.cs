using Caisson.Core.Backends;

namespace Caisson.Core.Advice;

/// <summary>What this host's doctor says of one wall.</summary>
/// <param name="Name">The wall's name.</param>
/// <param name="Strength">How strong it is.</param>
/// <param name="Report">What its probe found.</param>
public sealed record WallFacts(string Name, WallStrength Strength, BackendReport Report);
