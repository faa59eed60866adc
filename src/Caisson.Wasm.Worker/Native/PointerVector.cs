namespace Caisson.Wasm.Worker.Native;

/// <summary>A vector of pointers that the library owns (<c>wasm_importtype_vec_t</c> and the like).</summary>
internal unsafe struct PointerVector
{
    public nuint Size;
    public nint* Data;
}
