using System.Runtime.InteropServices;
using System.Text;

namespace Caisson.Wasm.Worker.Runs;

/// <summary>Strings as C has them, in memory that is freed together.</summary>
internal sealed unsafe class Utf8Strings : IDisposable
{
    private readonly byte** _pointers;
    private readonly int _count;

    public Utf8Strings(IReadOnlyCollection<string> strings)
    {
        _pointers = (byte**)NativeMemory.AllocZeroed((nuint)strings.Count + 1, (nuint)sizeof(byte*));
        foreach (var text in strings)
        {
            var length = Encoding.UTF8.GetByteCount(text);
            var bytes = (byte*)NativeMemory.Alloc((nuint)length + 1);
            Encoding.UTF8.GetBytes(text, new Span<byte>(bytes, length));
            bytes[length] = 0;
            _pointers[_count++] = bytes;
        }
    }

    public byte** Pointers => _pointers;

    public nuint Count => (nuint)_count;

    public void Dispose()
    {
        for (var i = 0; i < _count; i++)
            NativeMemory.Free(_pointers[i]);
        NativeMemory.Free(_pointers);
    }
}
