using System.Runtime.InteropServices;
using Caisson.Core.Guests;
using Caisson.Wasm.Worker.Modules;
using Caisson.Wasm.Worker.Native;

namespace Caisson.Wasm.Worker.Runs;

/// <summary>One instance of a module, from its start to its end, on the thread that executes it.</summary>
internal sealed unsafe class ModuleRun(CompiledModule module, RunSettings settings, IRunOutput output, TimeProvider time)
{
    private const int Aborted = 134;
    private const int ProcessorTimeExceeded = 24;

    private readonly object _waking = new();
    private volatile bool _stopped;
    private long _started;

    /// <summary>Whether it was told to stop.</summary>
    public bool Stopped => _stopped;

    /// <summary>The time since 1970, as its clock has it.</summary>
    public TimeSpan SinceEpoch => time.GetUtcNow() - DateTimeOffset.UnixEpoch;

    /// <summary>The time since its start, which is what its monotonic clock tells.</summary>
    public TimeSpan SinceStart => time.GetElapsedTime(_started);

    /// <summary>Stops it: running code within a tick of the engine, sleeping code at once. Safe to repeat, from any thread.</summary>
    public void Stop()
    {
        lock (_waking)
        {
            _stopped = true;
            Monitor.PulseAll(_waking);
        }
    }

    /// <summary>Waits as long as asked, or until it is stopped.</summary>
    public void Sleep(TimeSpan wait)
    {
        var began = time.GetTimestamp();
        lock (_waking)
        {
            while (!_stopped && wait - time.GetElapsedTime(began) is { Ticks: > 0 } rest)
                Monitor.Wait(_waking, rest < TimeSpan.FromHours(1) ? rest + TimeSpan.FromMilliseconds(0.9) : TimeSpan.FromHours(1));
        }
    }

    /// <summary>Runs it to its end.</summary>
    public RunEnd Execute()
    {
        var self = GCHandle.Alloc(this);
        var store = Wasmtime.NewStore(module.Runtime.Engine, GCHandle.ToIntPtr(self), 0);
        try
        {
            return Execute(store, GCHandle.ToIntPtr(self));
        }
        catch (WasmFailure failure)
        {
            return new RunEnd(Aborted, null, failure.Message);
        }
        finally
        {
            Wasmtime.DeleteStore(store);
            self.Free();
        }
    }

    private RunEnd Execute(nint store, nint self)
    {
        var context = Wasmtime.Context(store);
        Wasmtime.Limit(store, module.Runtime.Limits.MemoryBytes, RuntimeLimits.TableElements, 1, 1, 1);
        Wasmtime.OnEpoch(store, &OnTick, self, 0);
        Wasmtime.SetEpochDeadline(context, 1);
        if (module.Runtime.CountsFuel)
            WasmFailure.Check(Wasmtime.SetStoreFuel(context, settings.Fuel ?? ulong.MaxValue));
        Configure(context, self);
        Instance instance = default;
        nint trap = 0;
        var error = Wasmtime.Instantiate(module.Prepared, context, &instance, &trap);
        if (error == 0 && trap == 0)
        {
            Export start;
            fixed (byte* name = "_start"u8)
                _ = Wasmtime.GetExport(context, &instance, name, 6, &start);
            error = Wasmtime.Call(context, &start.Value, 0, 0, 0, 0, &trap);
        }

        return EndOf(error, trap, IsNearlyFull(context, &instance));
    }

    private static RunEnd EndOf(nint error, nint trap, bool full)
    {
        if (trap != 0)
        {
            byte code = (byte)TrapCode.None;
            _ = Wasmtime.CodeOf(trap, &code);
            var message = Wasmtime.TakeTrap(trap);
            return (TrapCode)code == TrapCode.OutOfFuel
                ? new RunEnd(null, ProcessorTimeExceeded, "the module has used up its fuel")
                : new RunEnd(Aborted, null, message, full);
        }

        if (error == 0)
            return new RunEnd(0, null, null);
        int status;
        if (Wasmtime.ExitStatus(error, &status) == 0)
            return new RunEnd(Aborted, null, Wasmtime.TakeMessage(error), full);
        Wasmtime.DeleteError(error);
        return new RunEnd(status & 0xff, null, null, full && status != 0);
    }

    // A module that is refused memory decides itself what comes of that; one that fails full to the brim has most likely failed of it.
    private bool IsNearlyFull(nint context, Instance* instance)
    {
        Export memory;
        fixed (byte* name = "memory"u8)
        {
            if (instance->Store == 0 || Wasmtime.GetExport(context, instance, name, 6, &memory) == 0 || memory.Kind != Export.Memory)
                return false;
        }

        var limit = module.Runtime.Limits.MemoryBytes;
        return (long)Wasmtime.MemorySize(context, &memory.Value) > limit - (limit / 8);
    }

    private void Configure(nint context, nint self)
    {
        var wasi = Wasmtime.NewWasi();
        try
        {
            using var arguments = new Utf8Strings(settings.Arguments);
            using var names = new Utf8Strings([.. settings.Environment.Keys]);
            using var values = new Utf8Strings([.. settings.Environment.Values]);
            if (Wasmtime.SetArguments(wasi, arguments.Count, arguments.Pointers) == 0 || Wasmtime.SetEnvironment(wasi, names.Count, names.Pointers, values.Pointers) == 0)
                throw new WasmFailure("its arguments or variables are not text");
            if (settings.Input is { } input && Wasmtime.SetInput(wasi, input) == 0)
                throw new WasmFailure("its input could not be opened");
            Wasmtime.SetOutput(wasi, &OnOutput, self, 0);
            Wasmtime.SetError(wasi, &OnError, self, 0);
            Open(wasi);
        }
        catch
        {
            Wasmtime.DeleteWasi(wasi);
            throw;
        }

        _started = time.GetTimestamp();
        WasmFailure.Check(Wasmtime.SetWasi(context, wasi));
    }

    private void Open(nint wasi)
    {
        // Where several fit, programs take the longest name; "." is what relative paths and the root are relative to.
        foreach (var tree in settings.Trees)
            _ = Wasmtime.Open(wasi, tree.Path, tree.Path, tree.Writable ? (byte)1 : (byte)0);
        var writable = settings.Trees.Where(tree => tree.Holds(settings.WorkingDirectory)).MaxBy(tree => tree.Path.Length)?.Writable ?? false;
        if (Wasmtime.Open(wasi, settings.WorkingDirectory, ".", writable ? (byte)1 : (byte)0) == 0)
            throw new WasmFailure("its working directory could not be opened");
    }

    [UnmanagedCallersOnly]
    private static nint OnTick(nint context, nint self, ulong* ticks, byte* kind)
    {
        *ticks = 1;
        *kind = 0;
        if (!Of(self)._stopped)
            return 0;
        fixed (byte* message = "interrupted\0"u8)
            return Wasmtime.NewError(message);
    }

    [UnmanagedCallersOnly]
    private static nint OnOutput(nint self, byte* bytes, nuint length) => Of(self).Write(OutputStream.StandardOutput, bytes, length);

    [UnmanagedCallersOnly]
    private static nint OnError(nint self, byte* bytes, nuint length) => Of(self).Write(OutputStream.StandardError, bytes, length);

    private nint Write(OutputStream stream, byte* bytes, nuint length)
    {
        var count = (int)Math.Min(length, 1 << 20);
        output.Write(stream, new ReadOnlySpan<byte>(bytes, count));
        return count;
    }

    private static ModuleRun Of(nint self) => (ModuleRun)GCHandle.FromIntPtr(self).Target!;
}
