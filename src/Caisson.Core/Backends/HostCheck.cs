namespace Caisson.Core.Backends;

/// <summary>One feature of the host.</summary>
/// <param name="Feature">Its name.</param>
/// <param name="State">How it stands.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">What to install or change, or null.</param>
public sealed record HostCheck(string Feature, HostCheckState State, string Detail, string? Remedy = null);
