using Caisson.Wasm.Worker.Native;

namespace Caisson.Wasm.Worker.Modules;

/// <summary>One engine: how code is compiled, the pool of its instances, and the clock by which they are interrupted.</summary>
internal sealed class WasmRuntime : IDisposable
{
    /// <summary>How long a running instance may not notice that it was stopped.</summary>
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(10);

    private readonly ITimer? _clock;

    /// <summary>Makes an engine; without a clock it compiles and runs nothing.</summary>
    /// <param name="limits">Bounds of its instances.</param>
    /// <param name="fuel">Whether its code counts what it executes, which makes it slower.</param>
    /// <param name="time">The clock of its interruptions, or null.</param>
    public WasmRuntime(RuntimeLimits limits, bool fuel, TimeProvider? time)
    {
        (Limits, CountsFuel) = (limits, fuel);
        var config = Wasmtime.NewConfig();
        Wasmtime.SetFuel(config, fuel ? (byte)1 : (byte)0);
        Wasmtime.SetEpochs(config, 1);
        Wasmtime.SetMaxStack(config, RuntimeLimits.StackBytes);
        Wasmtime.SetThreads(config, 0);
        Wasmtime.SetComponents(config, 0);
        var pool = Wasmtime.NewPool();
        Wasmtime.SetPoolInstances(pool, (uint)limits.Instances);
        Wasmtime.SetPoolMemories(pool, (uint)limits.Instances);
        Wasmtime.SetPoolTables(pool, (uint)limits.Instances);
        // Stacks of their own are for asynchronous modules; a pool of them counts as data, of which an ordinary user's sandbox has a bounded sum.
        Wasmtime.SetPoolStacks(pool, 0);
        Wasmtime.SetPoolMemorySize(pool, (nuint)limits.MemoryBytes);
        Wasmtime.SetPoolTableElements(pool, RuntimeLimits.TableElements);
        Wasmtime.SetPoolInstanceSize(pool, 4 << 20);
        Wasmtime.SetPoolWarmSlots(pool, (uint)limits.Instances);
        Wasmtime.SetPoolMemoryResident(pool, 256 << 10);
        Wasmtime.SetPoolTableResident(pool, 64 << 10);
        Wasmtime.UsePool(config, pool);
        Wasmtime.DeletePool(pool);
        Engine = Wasmtime.NewEngine(config);
        if (Engine == 0)
            throw new WasmFailure("the engine could not be made");
        _clock = time?.CreateTimer(_ => Wasmtime.IncrementEpoch(Engine), null, _tick, _tick);
    }

    public nint Engine { get; }

    public RuntimeLimits Limits { get; }

    public bool CountsFuel { get; }

    public void Dispose()
    {
        _clock?.Dispose();
        Wasmtime.DeleteEngine(Engine);
    }
}
