namespace Caisson.Backends.Wasm;

/// <summary>What the WebAssembly wall needs to know of its host.</summary>
public sealed record WasmOptions
{
    /// <summary>The directory with the worker program, the library it runs on and the modules of languages.</summary>
    public required string Worker { get; init; }

    /// <summary>Where modules of languages are kept once translated; made when needed, and nobody else may write there.</summary>
    public required string Cache { get; init; }

    /// <summary>How long a worker may take to come up.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the translation of a module may take.</summary>
    public TimeSpan TranslationTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>What lies beside Caisson's programs, in <c>wasm</c>; modules are kept in the user's own cache.</summary>
    /// <param name="programs">Where the programs lie.</param>
    public static WasmOptions Beside(string programs)
    {
        var home = Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } own ? own : "/root";
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } named ? named : Path.Combine(home, ".cache");
        return new WasmOptions { Worker = Path.GetFullPath(Path.Combine(programs, "wasm")), Cache = Path.Combine(cache, "caisson", "wasm") };
    }

    internal string Program => Path.Combine(Worker, "caisson-wasm-worker");
}
