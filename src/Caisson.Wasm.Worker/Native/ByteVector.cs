using System.Text;

namespace Caisson.Wasm.Worker.Native;

/// <summary>A vector of bytes that the library owns (<c>wasm_byte_vec_t</c>).</summary>
internal unsafe struct ByteVector
{
    public nuint Size;
    public byte* Data;

    public readonly ReadOnlySpan<byte> Bytes => new(Data, checked((int)Size));

    public readonly string Text => Encoding.UTF8.GetString(Bytes.TrimEnd((byte)0));
}
