using Caisson.Linux.Interop;

namespace Caisson.Linux.Forking;

/// <summary>Forks, and walks a script in the child, as machine code.</summary>
/// <remarks>
/// Compiled managed code stops at polls of the garbage collector, also after calls without a GC transition. A child forked while the collector was
/// stopping its parent's threads would wait there for ever, for a thread that it does not have.
/// </remarks>
internal static unsafe class ForkedWalk
{
    /// <summary>The size of a step that the code assumes, in bytes.</summary>
    public const int StepSize = 72;

    /// <summary>The number of steps up to which the code takes a marked argument for an earlier step's result.</summary>
    public const int MaxSteps = 4096;

    /// <summary>What the code takes for the mark.</summary>
    public const long ResultMark = 0x5C5C_0000_0000_0000;

    private static readonly Lazy<nint> _code = new(Load);

    // long run(header* rdi, step* rsi, long number rdx, long a0 rcx, long a1 r8): the result of the fork, in the parent only.
    private static ReadOnlySpan<byte> Code =>
    [
        0x53, 0x55, 0x41, 0x54, 0x41, 0x55, // push rbx, rbp, r12, r13
        0x48, 0x89, 0xFB, // mov rbx, rdi
        0x49, 0x89, 0xF4, // mov r12, rsi
        0x48, 0x89, 0xD0, // mov rax, rdx
        0x48, 0x89, 0xCF, // mov rdi, rcx
        0x4C, 0x89, 0xC6, // mov rsi, r8
        0x31, 0xD2, 0x45, 0x31, 0xD2, 0x45, 0x31, 0xC0, // xor edx, edx; xor r10d, r10d; xor r8d, r8d
        0x0F, 0x05, // syscall
        0x48, 0x85, 0xC0, 0x74, 0x07, // test rax, rax; jz child
        0x41, 0x5D, 0x41, 0x5C, 0x5D, 0x5B, 0xC3, // pop r13, r12, rbp, rbx; ret
        0x31, 0xED, // child: xor ebp, ebp
        0x3B, 0x2B, 0x0F, 0x8D, 0x81, 0x00, 0x00, 0x00, // next: cmp ebp, [rbx + Count]; jge done
        0x4C, 0x6B, 0xED, 0x48, 0x4D, 0x01, 0xE5, // imul r13, rbp, StepSize; add r13, r12
        0xB9, 0x01, 0x00, 0x00, 0x00, // mov ecx, 1
        0x49, 0x8B, 0x44, 0xCD, 0x00, // argument: mov rax, [r13 + rcx * 8]
        0x48, 0xBA, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x5C, 0x5C, // movabs rdx, ResultMark
        0x48, 0x29, 0xD0, 0x48, 0x3D, 0x00, 0x10, 0x00, 0x00, 0x73, 0x0E, // sub rax, rdx; cmp rax, MaxSteps; jae plain
        0x48, 0x6B, 0xC0, 0x48, // imul rax, rax, StepSize
        0x49, 0x8B, 0x44, 0x04, 0x38, // mov rax, [r12 + rax + Result]
        0x49, 0x89, 0x44, 0xCD, 0x00, // mov [r13 + rcx * 8], rax
        0xFF, 0xC1, 0x83, 0xF9, 0x07, 0x72, 0xD1, // plain: inc ecx; cmp ecx, 7; jb argument
        0x49, 0x8B, 0x7D, 0x08, 0x49, 0x8B, 0x75, 0x10, 0x49, 0x8B, 0x55, 0x18, // mov rdi, rsi, rdx from A0, A1, A2
        0x4D, 0x8B, 0x55, 0x20, 0x4D, 0x8B, 0x45, 0x28, 0x4D, 0x8B, 0x4D, 0x30, // mov r10, r8, r9 from A3, A4, A5
        0x49, 0x8B, 0x45, 0x00, 0x0F, 0x05, // mov rax, [r13 + Number]; syscall
        0x49, 0x89, 0x45, 0x38, // mov [r13 + Result], rax
        0x48, 0x85, 0xC0, 0x79, 0x18, // test rax, rax; jns good
        0x41, 0x83, 0x7D, 0x40, 0x00, 0x75, 0x11, // cmp dword [r13 + Optional], 0; jne good
        0xF7, 0xD8, 0x89, 0x43, 0x0C, // neg eax; mov [rbx + Error], eax
        0x89, 0x6B, 0x08, // mov [rbx + FailedStep], ebp
        0xC7, 0x43, 0x04, 0x01, 0x00, 0x00, 0x00, 0xEB, 0x07, // mov dword [rbx + Failed], 1; jmp done
        0xFF, 0xC5, 0xE9, 0x77, 0xFF, 0xFF, 0xFF, // good: inc ebp; jmp next
        0x31, 0xFF, 0x83, 0x7B, 0x04, 0x00, 0x74, 0x05, 0xBF, 0x7E, 0x00, 0x00, 0x00, // done: edi = Failed == 0 ? 0 : 126
        0xB8, 0x3C, 0x00, 0x00, 0x00, 0x0F, 0x05, 0xEB, 0xF7, // leave: exit(edi); jmp leave
    ];

    /// <summary>Makes the forking call; returns the child's pid or a negative errno.</summary>
    public static nint Start(void* header, void* steps, nint number, nint a0, nint a1) =>
        ((delegate* unmanaged<void*, void*, nint, nint, nint, nint>)_code.Value)(header, steps, number, a0, a1);

    private static nint Load()
    {
        const int ProtectMemory = 10;
        const int ReadWrite = 3;
        const int ReadExecute = 5;
        const int PrivateAnonymous = 0x22;
        var size = (nuint)Environment.SystemPageSize;
        var page = Libc.MemoryMap(0, size, ReadWrite, PrivateAnonymous, -1, 0);
        if (page == -1)
            throw LinuxException.Last("mmap");
        Code.CopyTo(new Span<byte>((void*)page, Code.Length));
        LinuxException.Check(Libc.Syscall(ProtectMemory, page, (nint)size, ReadExecute), "mprotect");
        return page;
    }
}
