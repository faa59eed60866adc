using Caisson.Backends.Bubblewrap;
using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;
using Caisson.Network.Egress;
using Caisson.Walls;
using Microsoft.Extensions.Logging.Abstractions;

namespace Caisson.Backends.Wasm.Tests;

/// <summary>The wall with the real worker behind a real bubblewrap; modules of languages are translated once for all tests.</summary>
public sealed class Wall : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("caisson-wasm-tests-").FullName;
    private readonly EgressGateway _gateway = new(new EgressGatewayOptions(), TimeProvider.System, NullLogger<EgressGateway>.Instance);

    internal static string Binaries { get; } = FindBinaries();

    internal static WasmOptions Options { get; } = WasmOptions.Beside(Binaries) with { StartTimeout = TimeSpan.FromSeconds(60) };

    internal BubblewrapBackend Around { get; private set; } = null!;

    internal WasmBackend Backend { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        Around = new BubblewrapBackend(
            new BubblewrapOptions(),
            new WallHost(new WallHostOptions { Guest = Path.Combine(Binaries, "caisson-guest"), BlankDisks = Path.Combine(_root, "blank"), StartTimeout = TimeSpan.FromSeconds(60) }, _gateway));
        Backend = new WasmBackend(Options, Around);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        Backend.Dispose();
        await _gateway.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    internal async Task<Box> StartAsync(Func<SandboxSpec, SandboxSpec>? change = null, bool detached = false)
    {
        var workspace = Directory.CreateTempSubdirectory("caisson-wasm-workspace-").FullName;
        var spec = new SandboxSpec { Wall = "wasm", Resources = new Resources { MemoryBytes = 256 << 20 }, Mounts = [new Mount(workspace, workspace, ReadOnly: false)] };
        spec = change?.Invoke(spec) ?? spec;
        var id = SandboxId.New();
        var state = Path.Combine(_root, id.Value);
        var request = new StartRequest(id, spec, new RootFileSystem([], Writable: false, MultiUser: false), state, new NoTimeline(), detached);
        return new Box(await Backend.StartAsync(request, CancellationToken.None), id, spec, workspace, state);
    }

    private static string FindBinaries()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "artifacts", "bin");
            if (File.Exists(Path.Combine(candidate, "wasm", "caisson-wasm-worker")))
                return candidate;
        }

        throw new FileNotFoundException("caisson is not built: ./caisson --build-only");
    }
}
