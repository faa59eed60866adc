namespace Caisson.Core.Failures;

/// <summary>Whose fault a failure is; an agent must never mistake ours for its own.</summary>
public enum FailureKind
{
    /// <summary>The code that ran, or the caller's request.</summary>
    Task,

    /// <summary>Caisson or the host.</summary>
    Infrastructure,

    /// <summary>A rule refused it.</summary>
    Policy,

    /// <summary>Time ran out.</summary>
    Timeout,

    /// <summary>The memory limit was reached.</summary>
    OutOfMemory,

    /// <summary>Another limit was reached.</summary>
    Quota,
}
