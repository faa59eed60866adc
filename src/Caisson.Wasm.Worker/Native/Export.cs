using System.Runtime.InteropServices;

namespace Caisson.Wasm.Worker.Native;

/// <summary>Something that an instance exports (<c>wasmtime_extern_t</c>): a kind, and a union that is told by it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct Export
{
    public const byte Function = 0;
    public const byte Memory = 3;

    [FieldOffset(0)]
    public byte Kind;

    /// <summary>The first word of the union; its address is that of the function or memory.</summary>
    [FieldOffset(8)]
    public ulong Value;
}
