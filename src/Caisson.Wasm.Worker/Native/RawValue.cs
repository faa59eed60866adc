using System.Runtime.InteropServices;

namespace Caisson.Wasm.Worker.Native;

/// <summary>An argument or result of an import (<c>wasmtime_val_raw_t</c>), little endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct RawValue
{
    [FieldOffset(0)]
    public int Int32;

    [FieldOffset(0)]
    public long Int64;
}
