namespace Caisson.Engine.Templates;

/// <summary>Where a build is.</summary>
public enum TemplateBuildState
{
    /// <summary>Asked for; its steps have not come yet, or wait for their turn.</summary>
    Waiting,

    /// <summary>Its steps are run.</summary>
    Building,

    /// <summary>Sandboxes can be started from it.</summary>
    Ready,

    /// <summary>It ended without a result; its message says why.</summary>
    Failed,
}
