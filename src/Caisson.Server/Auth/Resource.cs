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
    Template,
    Archive,
    Volume,
    Secret,

    /// <summary>The key under which secrets are kept.</summary>
    SecretKey,

    Pool,
    Image,
}
