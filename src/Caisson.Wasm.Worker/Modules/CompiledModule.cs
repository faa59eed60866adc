using Caisson.Wasm.Worker.Native;
using Caisson.Wasm.Worker.Runs;

namespace Caisson.Wasm.Worker.Modules;

/// <summary>A module that is compiled, linked and ready to be instantiated any number of times.</summary>
internal sealed unsafe class CompiledModule : IDisposable
{
    private readonly nint _module;

    private CompiledModule(WasmRuntime runtime, nint module)
    {
        (Runtime, _module) = (runtime, module);
        try
        {
            if (!IsCommand(module))
                throw new WasmFailure("it is no command: it exports no _start");
            Prepared = Link(runtime.Engine, module);
        }
        catch
        {
            Wasmtime.DeleteModule(module);
            throw;
        }
    }

    public WasmRuntime Runtime { get; }

    public nint Prepared { get; }

    /// <summary>Compiles a module's text of bytes.</summary>
    public static CompiledModule Compile(WasmRuntime runtime, ReadOnlySpan<byte> bytes) => new(runtime, Translate(runtime, bytes));

    /// <summary>Loads what <see cref="Serialize"/> wrote; only files that nobody but ourselves can have written, for it is machine code.</summary>
    public static CompiledModule Load(WasmRuntime runtime, string path)
    {
        nint module;
        WasmFailure.Check(Wasmtime.LoadModule(runtime.Engine, path, &module));
        return new CompiledModule(runtime, module);
    }

    /// <summary>The machine code of a module.</summary>
    public static byte[] Serialize(WasmRuntime runtime, ReadOnlySpan<byte> bytes)
    {
        var module = Translate(runtime, bytes);
        try
        {
            ByteVector code;
            WasmFailure.Check(Wasmtime.SerializeModule(module, &code));
            var copy = code.Bytes.ToArray();
            Wasmtime.DeleteBytes(&code);
            return copy;
        }
        finally
        {
            Wasmtime.DeleteModule(module);
        }
    }

    public void Dispose()
    {
        Wasmtime.DeletePrepared(Prepared);
        Wasmtime.DeleteModule(_module);
    }

    private static nint Translate(WasmRuntime runtime, ReadOnlySpan<byte> bytes)
    {
        nint module;
        fixed (byte* start = bytes)
            WasmFailure.Check(Wasmtime.NewModule(runtime.Engine, start, (nuint)bytes.Length, &module));
        return module;
    }

    private static nint Link(nint engine, nint module)
    {
        var linker = Wasmtime.NewLinker(engine);
        try
        {
            WasmFailure.Check(Wasmtime.DefineWasi(linker));
            Wasmtime.AllowShadowing(linker, 1);
            HostImports.Define(linker, module);
            nint prepared;
            WasmFailure.Check(Wasmtime.Prepare(linker, module, &prepared));
            return prepared;
        }
        finally
        {
            Wasmtime.DeleteLinker(linker);
        }
    }

    private static bool IsCommand(nint module)
    {
        PointerVector exports;
        Wasmtime.Exports(module, &exports);
        var found = false;
        for (nuint i = 0; i < exports.Size; i++)
            found |= Wasmtime.ExportName(exports.Data[i])->Bytes.SequenceEqual("_start"u8);
        Wasmtime.DeleteExports(&exports);
        return found;
    }
}
