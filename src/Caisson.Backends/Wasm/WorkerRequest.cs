using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;

namespace Caisson.Backends.Wasm;

/// <summary>What is asked of the wall around, and of the worker in it, for a sandbox of this wall.</summary>
internal sealed class WorkerRequest(SandboxSpec spec, WasmOptions options, string modules)
{
    /// <summary>Where the worker listens; the network of the sandbox is its own, and modules have no sockets.</summary>
    public const int Port = 7117;

    /// <summary>The worker's name among the programs of the wall around.</summary>
    public const string Tag = "caisson-wasm-worker";

    private const string WorkerPlace = "/.caisson/wasm";
    private const string ModulesPlace = "/.caisson/modules";

    // Memory, threads and processes that the worker itself needs beside those of modules.
    private const long OwnMemory = 64L << 20;
    private const long LeastMemory = 96L << 20;
    private const int OwnThreads = 64;
    private const int MostInstances = 32;

    /// <summary>What modules see.</summary>
    public Trees Trees { get; } = new(spec);

    /// <summary>What every command is given.</summary>
    public GuestConfiguration Configuration { get; } = new(spec.Environment, DefaultUser: "user");

    /// <summary>The spec for the wall around: no connection leaves it, and the worker and the modules of languages are in it, read-only.</summary>
    public SandboxSpec Around()
    {
        if (spec.Egress.Transforms.Count > 0)
            throw Refusals.Headers();
        if (spec.Resources.MemoryBytes < LeastMemory)
            throw new CaissonException(ErrorCode.InvalidArgument, $"the wasm wall needs {LeastMemory >> 20} MiB of memory, and this sandbox is to have {spec.Resources.MemoryBytes >> 20}", "Give it more.");
        return spec with
        {
            Wall = null,
            Egress = EgressPolicy.None,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            Resources = spec.Resources with { Pids = spec.Resources.Pids + OwnThreads },
            Mounts =
            [
                .. spec.Mounts,
                new Mount(Path.GetFullPath(options.Worker), WorkerPlace, ReadOnly: true),
                new Mount(modules, ModulesPlace, ReadOnly: true),
            ],
        };
    }

    /// <summary>How the worker is started.</summary>
    public ExecRequest Start() => new()
    {
        Command = $"{WorkerPlace}/caisson-wasm-worker",
        Arguments =
        [
            "serve", "--port", Number(Port), "--modules", ModulesPlace,
            "--instances", Number(Math.Clamp(spec.Resources.Pids, 1, MostInstances)),
            "--memory", Number(spec.Resources.MemoryBytes - OwnMemory),
            .. Trees.Options(),
        ],
        WorkingDirectory = "/",
        User = "user",
        Tag = Tag,
        OutputLimit = 64 << 10,
        Journaled = false,
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
