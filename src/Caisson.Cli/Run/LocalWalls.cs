using Caisson.Backends.Bubblewrap;
using Caisson.Backends.MicroVm;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Backends.Oci;
using Caisson.Backends.Oci.Runtimes;
using Caisson.Backends.Wasm;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Network.Egress;
using Caisson.Walls;

namespace Caisson.Cli.Run;

/// <summary>The walls that the command line can use by itself.</summary>
internal static class LocalWalls
{
    /// <summary>Every wall there is, in order of preference.</summary>
    public static IReadOnlyList<ISandboxBackend> All(EgressGateway gateway) => All(Host(gateway));

    /// <summary>These and those that only a server uses, to be examined.</summary>
    public static IReadOnlyList<ISandboxBackend> Examined(EgressGateway gateway)
    {
        var host = Host(gateway);
        return [.. All(host), .. Enum.GetValues<MonitorKind>().Select(monitor => MicroVm(host, monitor))];
    }

    /// <summary>The wall of that name, or the default for null.</summary>
    public static ISandboxBackend Find(string? name, EgressGateway gateway) => name switch
    {
        null or "bubblewrap" => Bubblewrap(Host(gateway)),
        "wasm" => Wasm(Bubblewrap(Host(gateway))),
        _ when KnownRuntimes.All.FirstOrDefault(runtime => runtime.Name == name) is { } runtime => new OciBackend(runtime, Host(gateway)),
        _ => throw new CaissonException(
            ErrorCode.InvalidArgument, $"there is no wall '{name}'", $"walls: bubblewrap, wasm, {string.Join(", ", KnownRuntimes.All.Select(runtime => runtime.Name))}, or auto to have one chosen"),
    };

    private static IReadOnlyList<ISandboxBackend> All(WallHost host)
    {
        var bubblewrap = Bubblewrap(host);
        return [bubblewrap, Wasm(bubblewrap), .. KnownRuntimes.All.Select(runtime => new OciBackend(runtime, host))];
    }

    private static BubblewrapBackend Bubblewrap(WallHost host) => new(new BubblewrapOptions(), host);

    // Its worker lies beside this program and stands behind the other wall.
    private static WasmBackend Wasm(BubblewrapBackend around) => new(WasmOptions.Beside(AppContext.BaseDirectory), around);

    private static MicroVmBackend MicroVm(WallHost host, MonitorKind monitor) => new(
        new MicroVmOptions { Kernel = Environment.GetEnvironmentVariable("CAISSON_MACHINE") ?? Path.Combine(AppContext.BaseDirectory, "machine"), Monitor = monitor },
        host,
        TimeProvider.System);

    // The guest lies beside this program.
    private static WallHost Host(EgressGateway gateway) => new(
        new WallHostOptions
        {
            Guest = Environment.GetEnvironmentVariable("CAISSON_GUEST") ?? Path.Combine(AppContext.BaseDirectory, "caisson-guest"),
            BlankDisks = Path.Combine(Path.GetTempPath(), "caisson-blank"),
        },
        gateway);
}
