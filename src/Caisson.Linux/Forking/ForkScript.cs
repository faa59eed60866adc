using System.Diagnostics;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Forking;

/// <summary>A list of system calls that a forked child makes one after another, until one fails.</summary>
/// <remarks>
/// A child forked from a runtime with threads may not allocate, lock or enter the runtime. So everything is laid out beforehand, as data in
/// memory shared with the child, and the child only walks the list. The child ends with the exit system call, or becomes another program.
/// It shares all our memory meanwhile, which spares the copy of the page tables and the faults after it.
/// </remarks>
public sealed unsafe partial class ForkScript : IDisposable
{
    private const int MaxSteps = ForkedWalk.MaxSteps;
    // No pointer, descriptor or flag has this value: it is outside the address space a process can have.
    private const long ResultMark = ForkedWalk.ResultMark;

    private const int Clone3 = 435;

    private readonly Header* _header;
    private readonly Step* _steps;
    private readonly List<string> _names = [];

    /// <summary>Makes an empty script with <paramref name="memory"/> bytes for arguments.</summary>
    public ForkScript(int memory = 64 << 10)
    {
        Memory = new NativeMemoryBlock(sizeof(Header) + (MaxSteps * sizeof(Step)) + 64 + memory);
        _header = (Header*)Memory.Allocate(sizeof(Header));
        _steps = (Step*)Memory.Allocate(MaxSteps * sizeof(Step));
    }

    /// <summary>Where arguments that are pointers must live.</summary>
    public NativeMemoryBlock Memory { get; }

    /// <summary>The value that a step returned in the child, valid once the child has ended or become another program.</summary>
    public nint ResultOf(int step) => _steps[step].Result;

    /// <summary>An argument that stands for what an earlier step returned.</summary>
    public static nint Result(int step) => (nint)(ResultMark + step);

    /// <summary>Adds a call whose failure ends the child; returns its index.</summary>
    public int Add(string name, int number, nint a0 = 0, nint a1 = 0, nint a2 = 0, nint a3 = 0, nint a4 = 0, nint a5 = 0) =>
        Append(name, number, optional: false, a0, a1, a2, a3, a4, a5);

    /// <summary>Adds a call whose failure is ignored.</summary>
    public int AddOptional(string name, int number, nint a0 = 0, nint a1 = 0, nint a2 = 0, nint a3 = 0, nint a4 = 0, nint a5 = 0) =>
        Append(name, number, optional: true, a0, a1, a2, a3, a4, a5);

    /// <summary>Whether the kernel can start a child in a v2 cgroup.</summary>
    public static bool CanStartInGroup { get; } = IsKnown(Clone3);

    /// <summary>Forks with these clone flags and returns the child's pid when the child has ended or become another program.</summary>
    /// <param name="cloneFlags">Flags, and the signal that tells of its end.</param>
    /// <param name="group">The directory of the v2 cgroup it starts in, or null for ours; see <see cref="CanStartInGroup"/>.</param>
    public int Start(int cloneFlags, SafeFileHandle? group = null) => Fork(cloneFlags | Flags.CLONE_VFORK, group);

    /// <summary>The same, but returns at once: for a child that waits for something its parent has yet to do.</summary>
    public int StartConcurrently(int cloneFlags) => Fork(cloneFlags, null);

    /// <summary>Waits until the child has ended; throws when a step failed.</summary>
    public void Finish(int pid)
    {
        var status = new WaitStatus(ChildProcess.Wait(pid));
        if (Failure is { } failure)
            throw new LinuxException(failure.Name, failure.Error);
        if (status.ExitCode != 0)
            throw new LinuxException($"forked child ended by {status}", Errno.EIO);
    }

    /// <summary>The step that failed in the child and its errno, or null when none did so far.</summary>
    public ScriptFailure? Failure
    {
        get
        {
            if (Volatile.Read(ref _header->Failed) == 0)
                return null;
            var step = _header->FailedStep;
            return new ScriptFailure(step, _names[step], _header->Error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Memory.Dispose();

    private int Fork(int cloneFlags, SafeFileHandle? group)
    {
        Debug.Assert(sizeof(Step) == ForkedWalk.StepSize, "the machine code knows the layout");
        using var quiet = new QuietFork();
        var flags = cloneFlags | Flags.CLONE_VM;
        var pid = (int)(group is null ? ForkedWalk.Start(_header, _steps, Sys.Clone, flags, 0) : StartInGroup(flags, group));
        return pid > 0 ? pid : throw new LinuxException("clone", -pid);
    }

    private nint StartInGroup(int cloneFlags, SafeFileHandle group)
    {
        const long IntoGroup = 0x2_0000_0000;
        const int SignalMask = 0xFF;
        const int Size = 88;
        // struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup
        var arguments = (long*)Memory.Allocate(Size);
        (arguments[0], arguments[4], arguments[10]) = ((uint)(cloneFlags & ~SignalMask) | IntoGroup, cloneFlags & SignalMask, group.DangerousGetHandle());
        return ForkedWalk.Start(_header, _steps, Clone3, (nint)arguments, Size);
    }

    // No kernel takes arguments of size 0; one that has never heard of the call says so.
    private static bool IsKnown(int number) => Libc.Syscall(number) < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == Errno.EINVAL;

    private int Append(string name, int number, bool optional, nint a0, nint a1, nint a2, nint a3, nint a4, nint a5)
    {
        if (_header->Count == MaxSteps)
            throw new InvalidOperationException("the script is full");
        var step = _steps + _header->Count;
        (step->Number, step->Optional) = (number, optional ? 1 : 0);
        (step->A0, step->A1, step->A2, step->A3, step->A4, step->A5) = (a0, a1, a2, a3, a4, a5);
        _names.Add(name);
        return _header->Count++;
    }

    // Written by machine code in the child.
#pragma warning disable CS0649
    private struct Header
    {
        public int Count;
        public int Failed;
        public int FailedStep;
        public int Error;
    }

    private struct Step
    {
        public nint Number;
        public nint A0;
        public nint A1;
        public nint A2;
        public nint A3;
        public nint A4;
        public nint A5;
        public nint Result;
        public int Optional;
    }
}
