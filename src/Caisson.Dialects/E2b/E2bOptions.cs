using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;

namespace Caisson.Dialects.E2b;

/// <summary>How the E2B dialect behaves.</summary>
public sealed class E2bOptions
{
    /// <summary>The envd version that clients are told; it decides which of their features they use.</summary>
    public const string EnvdVersion = "0.6.13";

    /// <summary>The port under which a sandbox's control surface is addressed.</summary>
    public const int EnvdPort = 49983;

    /// <summary>The port under which a sandbox's code interpreter is addressed.</summary>
    public const int InterpreterPort = 49999;

    /// <summary>Bounds of a sandbox whose template names none.</summary>
    public Resources Resources { get; set; } = new()
    {
        Cpus = 2,
        MemoryBytes = 1L << 30,
        Pids = 512,
        DiskBytes = 2L << 30,
        OutputBytes = 1L << 30,
    };

    /// <summary>The wall of new sandboxes, or null for the engine's default.</summary>
    public string? Wall { get; set; }

    /// <summary>The user of commands and files that name none.</summary>
    public string DefaultUser { get; set; } = "user";

    /// <summary>The domain of <c>port-id.domain</c> host names that clients are told, or null to leave them theirs.</summary>
    public string? Domain { get; set; }

    /// <summary>The longest life that may be asked for at once.</summary>
    public TimeSpan LongestTimeout { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The largest control-plane request body, in bytes.</summary>
    public int MaxRequestBytes { get; set; } = 1 << 20;

    /// <summary>Where connections of template builds may go: its clients install packages without saying from where.</summary>
    public EgressPolicy BuildEgress { get; set; } = EgressPolicy.Internet;

    /// <summary>The largest list of steps of a template, in bytes.</summary>
    public int MaxTemplateBytes { get; set; } = 8 << 20;

    /// <summary>The largest RPC message, in bytes; one write to standard input is one message.</summary>
    public int MaxMessageBytes { get; set; } = 16 << 20;

    /// <summary>How many polled directory watchers one sandbox may have.</summary>
    public int MaxWatchers { get; set; } = 64;

    /// <summary>How long a connection through the port proxy may be silent.</summary>
    public TimeSpan ProxyIdleTimeout { get; set; } = TimeSpan.FromSeconds(640);
}
