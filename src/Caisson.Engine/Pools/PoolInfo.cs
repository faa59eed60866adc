using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Pools;

/// <summary>One pool at one moment.</summary>
/// <param name="Template">The template.</param>
/// <param name="Layer">The address of the snapshot's layer, or null.</param>
/// <param name="Wall">The wall.</param>
/// <param name="Resources">The bounds.</param>
/// <param name="Ready">How many stand ready.</param>
/// <param name="Starting">How many are being started.</param>
/// <param name="Target">How many are to stand ready.</param>
/// <param name="ArrivalsPerSecond">How often it is asked for.</param>
/// <param name="StartSeconds">How long a start takes.</param>
/// <param name="Claims">How many requests it has served.</param>
/// <param name="Misses">How many found it empty.</param>
/// <param name="Died">How many died while they waited.</param>
/// <param name="ClaimMilliseconds">The median time of the latest claims, from the request to the sandbox; 0 before the first.</param>
public sealed record PoolInfo(
    string Template,
    string? Layer,
    string Wall,
    Resources Resources,
    int Ready,
    int Starting,
    int Target,
    double ArrivalsPerSecond,
    double StartSeconds,
    long Claims,
    long Misses,
    long Died,
    double ClaimMilliseconds);
