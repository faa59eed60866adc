using Caisson.Core.Advice;
using Caisson.Engine.Pools;

namespace Caisson.Engine;

/// <summary>How an engine is set up on its host.</summary>
public sealed record EngineOptions
{
    /// <summary>Where sandboxes and their timelines live; one server at a time may use it.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The wall of specs that name none, or null for the one that the rules choose for <see cref="Workload"/>.</summary>
    public string? DefaultWall { get; init; }

    /// <summary>What the sandboxes of this server are for, as far as their specs do not say.</summary>
    public Workload Workload { get; init; } = new();

    /// <summary>How many sandboxes may be starting or alive at once.</summary>
    public int MaxSandboxes { get; init; } = 1000;

    /// <summary>The longest a sandbox may be given, now or by an extension; null for no limit.</summary>
    public TimeSpan? MaxTimeout { get; init; }

    /// <summary>Whether sandboxes outlive this process and are found again by the next; otherwise a shutdown ends them.</summary>
    public bool DetachOnShutdown { get; init; } = true;

    /// <summary>The user of requests that name none.</summary>
    public string DefaultUser { get; init; } = "user";

    /// <summary>How long a sandbox may take to become ready before it is given up.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one attempt to take a sandbox down may last.</summary>
    public TimeSpan KillLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a paused sandbox is kept before it is removed.</summary>
    public TimeSpan PausedRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long a sandbox paused with memory keeps it in memory, from where it goes on at once, before it is written to disk where the wall can; null for as long as it is paused.</summary>
    public TimeSpan? MemoryToDiskAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one pause, resumption or copy may take.</summary>
    public TimeSpan OperationLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the start and ready commands of a template may take in a new sandbox, beyond <see cref="StartLimit"/>.</summary>
    public TimeSpan ReadyLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Called at every point of every transition; a test of recovery ends the process there.</summary>
    public Action<EnginePoint>? AtPoint { get; init; }

    /// <summary>Waits until the names in a directory are on disk; the host's own way of it, or null to leave that to the host.</summary>
    public Action<string>? SyncDirectory { get; init; }

    /// <summary>The hash of a captured layer's content, as walls tell it of those they make; null where layers are not checked before they are used.</summary>
    public Func<string, string>? DigestLayer { get; init; }

    /// <summary>How many sandboxes are started ahead of demand; none unless asked for.</summary>
    public PoolOptions Pools { get; init; } = new();

    /// <summary>How often running sandboxes are measured.</summary>
    public TimeSpan MetricInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many sandboxes are attached or measured at once.</summary>
    public int Concurrency { get; init; } = 16;
}
