namespace Caisson.Server.Auth;

/// <summary>What a request acts on.</summary>
internal enum Resource
{
    Sandbox,
    Policy,
    Process,
    File,
    Timeline,
    Wall,
    Rollout,
}
