namespace Caisson.Client;

/// <summary>Where a build is.</summary>
public enum BuildState
{
    Waiting,
    Building,
    Ready,
    Failed,
}
