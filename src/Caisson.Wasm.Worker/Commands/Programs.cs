using Caisson.Core.Failures;
using Caisson.Wasm.Worker.Modules;

namespace Caisson.Wasm.Worker.Commands;

/// <summary>From the name of a command to the module that it is.</summary>
internal sealed class Programs(WorkerSettings settings, TimeProvider time) : IDisposable
{
    private readonly WasmRuntime _plain = new(settings.Limits, fuel: false, time);
    private readonly Lazy<WasmRuntime> _fuelled = new(() => new WasmRuntime(settings.Limits, fuel: true, time));
    private readonly LanguageModules _languages = new(settings.Modules);
    private readonly ModuleCache _cache = new(time);

    /// <summary>The language that a name stands for, or null.</summary>
    public static string? LanguageOf(string command) => command switch
    {
        "python" or "python3" => "python",
        "js" => "js",
        _ => null,
    };

    /// <summary>The module of a command.</summary>
    public async Task<ModuleLease> FindAsync(string command, string workingDirectory, bool fuel, CancellationToken cancellation)
    {
        var runtime = fuel ? _fuelled.Value : _plain;
        if (LanguageOf(command) is { } language)
            return new ModuleLease(_languages.Find(language, runtime), null);
        if (!command.EndsWith(".wasm", StringComparison.Ordinal))
            throw new CaissonException(ErrorCode.Unsupported, $"'{command}' is no WebAssembly module");
        var bytes = await Task.Run(() => WorkspaceFile.Read(Path.GetFullPath(command, workingDirectory), settings.Trees), cancellation).ConfigureAwait(false);
        return await _cache.FindAsync(bytes, runtime, cancellation).ConfigureAwait(false);
    }

    /// <summary>Loads what is most likely wanted next, as far as it is there.</summary>
    public void WarmUp()
    {
        foreach (var language in (string[])["js", "python"])
        {
            if (File.Exists(Path.Combine(settings.Modules, $"{language}.cwasm")))
                _ = _languages.Find(language, _plain);
        }
    }

    public void Dispose()
    {
        _cache.Dispose();
        _plain.Dispose();
        if (_fuelled.IsValueCreated)
            _fuelled.Value.Dispose();
    }
}
