namespace Caisson.Linux.Interop;

/// <summary>A page of machine code of our own, for what compiled managed code cannot do.</summary>
public static unsafe class MachineCode
{
    /// <summary>Lays code into a page that can be run and no longer written; it stays as long as the process. At most a page.</summary>
    public static nint Load(ReadOnlySpan<byte> code)
    {
        const int ProtectMemory = 10;
        const int ReadWrite = 3;
        const int ReadExecute = 5;
        const int PrivateAnonymous = 0x22;
        var size = (nuint)Environment.SystemPageSize;
        var page = Libc.MemoryMap(0, size, ReadWrite, PrivateAnonymous, -1, 0);
        if (page == -1)
            throw LinuxException.Last("mmap");
        code.CopyTo(new Span<byte>((void*)page, (int)size));
        LinuxException.Check(Libc.Syscall(ProtectMemory, page, (nint)size, ReadExecute), "mprotect");
        return page;
    }
}
