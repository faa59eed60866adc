using System.Net;
using Caisson.Core.Advice;
using Caisson.Core.Policy;
using Caisson.Engine.Pools;

namespace Caisson.Server.Hosting;

/// <summary>What the command line asks of a server.</summary>
internal sealed record ServerOptions
{
    /// <summary>The port to listen on; 0 for any that is free.</summary>
    public int Port { get; init; } = 3000;

    /// <summary>The address to listen on.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>The name below which sandboxes' ports are reached.</summary>
    public string Domain { get; init; } = "localhost";

    /// <summary>Where the server keeps what it must remember.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The wall of sandboxes that name none, or <c>auto</c>.</summary>
    public string Wall { get; init; } = "bubblewrap";

    /// <summary>What its sandboxes are for, or null where nothing was said; <c>auto</c> chooses their wall by it.</summary>
    public Workload? Workload { get; init; }

    /// <summary>The name server that the gateway asks, or null for the host's own.</summary>
    public IPEndPoint? Dns { get; init; }

    /// <summary>Whether template builds that E2B clients ask for may reach the Internet.</summary>
    public bool BuildsOpen { get; init; } = true;

    /// <summary>On whose behalf requests of the SandboxFusion protocol without a key run, when they come over loopback; null leaves the protocol out.</summary>
    public string? SandboxFusion { get; init; }

    /// <summary>Where sandboxes of the SWE-ReX protocol may connect to; null leaves the protocol out.</summary>
    public EgressPolicy? SweRex { get; init; }

    /// <summary>How many sandboxes are started ahead of demand.</summary>
    public PoolOptions Pools { get; init; } = new() { Max = DefaultPool };

    /// <summary>The most that stand ready where nothing was said.</summary>
    public const int DefaultPool = 16;

    /// <summary>How many seconds a paused sandbox keeps its memory in memory where nothing was said.</summary>
    public const int DefaultMemoryToDisk = 60;

    /// <summary>How long a sandbox paused with memory keeps it in memory before it is written to disk where its wall can; null for as long as it is paused.</summary>
    public TimeSpan? MemoryToDiskAfter { get; init; } = TimeSpan.FromSeconds(DefaultMemoryToDisk);
}
