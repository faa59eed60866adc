using System.Text;

namespace Caisson.Linux.Interop;

/// <summary>A block of zeroed memory, which forked children share as they do all of it, and from which small pieces are cut; freed as one.</summary>
public sealed unsafe class NativeMemoryBlock : IDisposable
{
    private readonly nuint _size;
    private byte* _start;
    private nuint _used;

    /// <summary>Maps <paramref name="size"/> bytes.</summary>
    public NativeMemoryBlock(int size)
    {
        const int ReadWrite = 3;
        const int PrivateAnonymous = 0x22;
        _size = (nuint)size;
        var address = Libc.MemoryMap(0, _size, ReadWrite, PrivateAnonymous, -1, 0);
        if (address == -1)
            throw LinuxException.Last("mmap");
        _start = (byte*)address;
    }

    /// <summary>Cuts a zeroed piece, aligned to eight bytes.</summary>
    public byte* Allocate(int size)
    {
        var start = (_used + 7) & ~(nuint)7;
        if (_start is null || start + (nuint)size > _size)
            throw new InvalidOperationException("the memory block is full");
        _used = start + (nuint)size;
        return _start + start;
    }

    /// <summary>Copies bytes in.</summary>
    public byte* Copy(ReadOnlySpan<byte> bytes)
    {
        var piece = Allocate(bytes.Length);
        bytes.CopyTo(new Span<byte>(piece, bytes.Length));
        return piece;
    }

    /// <summary>Copies a string in as NUL-terminated UTF-8; a NUL inside is refused.</summary>
    public byte* Copy(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("a NUL character is not allowed", nameof(text));
        var piece = Allocate(Encoding.UTF8.GetByteCount(text) + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(piece, Encoding.UTF8.GetByteCount(text)));
        return piece;
    }

    /// <summary>Copies strings in as a NULL-terminated array of C strings.</summary>
    public byte** CopyArray(IReadOnlyList<string> items)
    {
        var array = (byte**)Allocate((items.Count + 1) * sizeof(nint));
        for (var i = 0; i < items.Count; i++)
            array[i] = Copy(items[i]);
        return array;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start is null)
            return;
        _ = Libc.MemoryUnmap((nint)_start, _size);
        _start = null;
    }
}
