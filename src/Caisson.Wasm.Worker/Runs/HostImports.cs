using System.Runtime.InteropServices;
using Caisson.Wasm.Worker.Native;

namespace Caisson.Wasm.Worker.Runs;

/// <summary>Imports that are ours instead of the library's: sleeps that can be cut short, and sockets that are not there.</summary>
internal static unsafe class HostImports
{
    /// <summary>"Not supported", of WASI's errors.</summary>
    private const int NotSupported = 58;

    /// <summary>Defines them with the types that the module gives them, for modules differ in those of sockets.</summary>
    public static void Define(nint linker, nint module)
    {
        PointerVector imports;
        Wasmtime.Imports(module, &imports);
        try
        {
            for (nuint i = 0; i < imports.Size; i++)
                DefineOne(linker, imports.Data[i]);
        }
        finally
        {
            Wasmtime.DeleteImports(&imports);
        }
    }

    private static void DefineOne(nint linker, nint import)
    {
        var module = Wasmtime.ImportModule(import);
        var name = Wasmtime.ImportName(import);
        var type = Wasmtime.AsFunction(Wasmtime.ImportType(import));
        // Older modules call the same interface by its name of then.
        if (type == 0 || !(module->Bytes.SequenceEqual("wasi_snapshot_preview1"u8) || module->Bytes.SequenceEqual("wasi_unstable"u8)))
            return;
        if (name->Bytes.SequenceEqual("poll_oneoff"u8) && module->Bytes.SequenceEqual("wasi_snapshot_preview1"u8))
            Check(linker, module, name, type, &PollImport.Call);
        else if (name->Bytes.StartsWith("sock_"u8))
            Check(linker, module, name, type, Wasmtime.Results(type)->Size == 0 ? &Nothing : &Refuse);
    }

    private static void Check(nint linker, ByteVector* module, ByteVector* name, nint type, delegate* unmanaged<nint, nint, RawValue*, nuint, nint> callback) =>
        WasmFailure.Check(Wasmtime.DefineFunction(linker, module->Data, module->Size, name->Data, name->Size, type, callback, 0, 0));

    [UnmanagedCallersOnly]
    private static nint Refuse(nint data, nint caller, RawValue* values, nuint count)
    {
        values[0].Int64 = NotSupported;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static nint Nothing(nint data, nint caller, RawValue* values, nuint count) => 0;
}
