namespace Caisson.Engine.Templates;

/// <summary>What a build step came to, kept so that it is not run again.</summary>
/// <param name="Key">A hash of everything that its result depends on.</param>
/// <param name="Layer">The address of the layer after it, or null where there is none yet.</param>
/// <param name="UsedAt">When it was last of use, UTC.</param>
public sealed record CachedStep(string Key, string? Layer, DateTimeOffset UsedAt);
