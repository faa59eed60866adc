using Caisson.Backends.Bubblewrap;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Network.Egress;

namespace Caisson.Cli.Run;

/// <summary>The walls that the command line can use by itself.</summary>
internal static class LocalWalls
{
    /// <summary>Every wall there is, in order of preference.</summary>
    public static IReadOnlyList<ISandboxBackend> All(EgressGateway gateway) => [Bubblewrap(gateway)];

    /// <summary>The wall of that name, or the default for null.</summary>
    public static ISandboxBackend Find(string? name, EgressGateway gateway) => name switch
    {
        null or "bubblewrap" => Bubblewrap(gateway),
        _ => throw new CaissonException(ErrorCode.InvalidArgument, $"there is no wall '{name}'", "walls: bubblewrap, or auto to have one chosen"),
    };

    /// <summary>The Bubblewrap wall with the guest that lies beside this program.</summary>
    public static BubblewrapBackend Bubblewrap(EgressGateway gateway) => new(
        new BubblewrapOptions
        {
            Guest = Environment.GetEnvironmentVariable("CAISSON_GUEST") ?? Path.Combine(AppContext.BaseDirectory, "caisson-guest"),
            BlankDisks = Path.Combine(Path.GetTempPath(), "caisson-blank"),
        },
        gateway);
}
