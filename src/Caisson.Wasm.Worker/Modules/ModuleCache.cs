using System.Security.Cryptography;
using Caisson.Core.Failures;
using Caisson.Wasm.Worker.Commands;
using Caisson.Wasm.Worker.Native;

namespace Caisson.Wasm.Worker.Modules;

/// <summary>Modules of the workspace, compiled when first run and kept for the next time; the least recently used make room.</summary>
internal sealed class ModuleCache(TimeProvider time) : IDisposable
{
    private const int MostKept = 8;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _compiling = new(1, 1);

    /// <summary>The module of these bytes: InvalidArgument when they are none.</summary>
    public async Task<ModuleLease> FindAsync(byte[] bytes, WasmRuntime runtime, CancellationToken cancellation)
    {
        var key = Convert.ToHexString(SHA256.HashData(bytes)) + (runtime.CountsFuel ? ".fuel" : "");
        await _compiling.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (Lease(key) is { } known)
                return known;
            var module = await CompileAsync(bytes, runtime).ConfigureAwait(false);
            lock (_lock)
            {
                MakeRoom();
                _entries[key] = new Entry(module);
            }

            return Lease(key)!;
        }
        finally
        {
            _compiling.Release();
        }
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Values)
            entry.Module.Dispose();
        _compiling.Dispose();
    }

    private async Task<CompiledModule> CompileAsync(byte[] bytes, WasmRuntime runtime)
    {
        try
        {
            return await Task.Run(() => CompiledModule.Compile(runtime, bytes)).WaitAsync(_patience, time).ConfigureAwait(false);
        }
        catch (WasmFailure failure)
        {
            throw new CaissonException(ErrorCode.InvalidArgument, $"it is no module that can be run: {failure.Message}", "Compile it for wasm32-wasi (preview 1), as a command.");
        }
        catch (TimeoutException)
        {
            // The compiler cannot be stopped but with the program.
            Overdue.End("a module took longer than a minute to compile");
            throw;
        }
    }

    private ModuleLease? Lease(string key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry))
                return null;
            entry.Users++;
            entry.UsedAt = time.GetTimestamp();
            return new ModuleLease(entry.Module, () => Release(entry));
        }
    }

    private void Release(Entry entry)
    {
        lock (_lock)
            entry.Users--;
    }

    private void MakeRoom()
    {
        while (_entries.Count >= MostKept && _entries.Where(entry => entry.Value.Users == 0).OrderBy(entry => entry.Value.UsedAt).FirstOrDefault() is { Key: { } oldest })
        {
            _entries[oldest].Module.Dispose();
            _entries.Remove(oldest);
        }
    }

    private sealed class Entry(CompiledModule module)
    {
        public CompiledModule Module => module;

        public int Users { get; set; }

        public long UsedAt { get; set; }
    }
}
