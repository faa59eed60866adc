using Caisson.Core.Failures;
using Caisson.Wasm.Worker.Native;

namespace Caisson.Wasm.Worker.Modules;

/// <summary>The modules of languages, compiled beforehand and never forgotten.</summary>
internal sealed class LanguageModules(string directory)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CompiledModule> _loaded = new(StringComparer.Ordinal);

    /// <summary>The module of a language for an engine.</summary>
    public CompiledModule Find(string language, WasmRuntime runtime)
    {
        var name = runtime.CountsFuel ? $"{language}.fuel.cwasm" : $"{language}.cwasm";
        lock (_lock)
        {
            if (_loaded.TryGetValue(name, out var known))
                return known;
            try
            {
                return _loaded[name] = CompiledModule.Load(runtime, Path.Combine(directory, name));
            }
            catch (WasmFailure failure)
            {
                throw new CaissonException(ErrorCode.Internal, $"the module of '{language}' cannot be loaded: {failure.Message}", "run 'caisson doctor'");
            }
        }
    }
}
