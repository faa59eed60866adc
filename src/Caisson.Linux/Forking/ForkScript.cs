using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;

namespace Caisson.Linux.Forking;

/// <summary>A list of system calls that a forked child makes one after another, until one fails.</summary>
/// <remarks>
/// A child forked from a runtime with threads may not allocate, lock or enter the runtime. So everything is laid out beforehand, as data in
/// memory shared with the child, and the child only walks the list. The child ends with the exit system call, or becomes another program.
/// </remarks>
public sealed unsafe class ForkScript : IDisposable
{
    private const int MaxSteps = 160;
    private const int Abandoned = 2;
    // No pointer, descriptor or flag has this value: it is outside the address space a process can have.
    private const long ResultMark = 0x5C5C_0000_0000_0000;

    private readonly Header* _header;
    private readonly Step* _steps;
    private readonly List<string> _names = [];

    /// <summary>Makes an empty script with <paramref name="memory"/> bytes for arguments.</summary>
    public ForkScript(int memory = 64 << 10)
    {
        Memory = new NativeMemoryBlock(sizeof(Header) + (MaxSteps * sizeof(Step)) + 64 + memory);
        _header = (Header*)Memory.Allocate(sizeof(Header));
        _steps = (Step*)Memory.Allocate(MaxSteps * sizeof(Step));
        _header->Greetings = 2;
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

    /// <summary>Forks with these clone flags and returns the child's pid at once.</summary>
    public int Start(int cloneFlags)
    {
        Warm();
        var pid = Fork(cloneFlags);
        return pid > 0 ? pid : throw new LinuxException("clone", -pid);
    }

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

    // Binds the lazily resolved import and compiles the walk before there is a child that could not.
    private void Warm()
    {
        Libc.SyscallInChild(Sys.GetPid, 0, 0, 0, 0, 0, 0);
        _ = Marshal.GetLastSystemError();
        var count = _header->Count;
        _header->Count = 0;
        _header->Arrived = 0;
        Walk(_header, _steps, exits: false);
        _header->Count = count;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private int Fork(int cloneFlags)
    {
        var header = _header;
        var steps = _steps;
        while (true)
        {
            header->Arrived = 0;
            var pid = Libc.SyscallInChild(Sys.Clone, cloneFlags, 0, 0, 0, 0, 0);
            if (pid == 0)
                Walk(header, steps, exits: true);
            if (pid < 0)
                return -Marshal.GetLastSystemError();
            if (HasArrived(header))
                return (int)pid;
            _ = Libc.Kill((int)pid, Flags.SIGKILL);
            ChildProcess.Wait((int)pid);
        }
    }

    // A child forked while a garbage collection is asking threads to stop waits for its end, which never comes there: it has to be made anew.
    private static bool HasArrived(Header* header)
    {
        const int PatienceMs = 100;
        var deadline = Environment.TickCount64 + PatienceMs;
        var wait = default(SpinWait);
        while (Volatile.Read(ref header->Arrived) == 0)
        {
            if (Environment.TickCount64 > deadline)
                return Interlocked.CompareExchange(ref header->Arrived, Abandoned, 0) != 0;
            wait.SpinOnce(sleep1Threshold: -1);
        }

        return true;
    }

    // Calls nothing but the two imports: a call of managed code could be the one at which the runtime recompiles its target.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Header* header, Step* steps, bool exits)
    {
        // The compiler asks after each of these calls whether a collection wants us to stop; whoever has passed that once is never asked to.
        for (var i = 0; i < header->Greetings; i++)
            Libc.SyscallInChild(Sys.GetPid, 0, 0, 0, 0, 0, 0);
        if (Interlocked.CompareExchange(ref header->Arrived, 1, 0) == Abandoned)
            header->Count = 0;
        for (var i = 0; i < header->Count; i++)
        {
            var step = steps + i;
            var a = &step->A0;
            for (var k = 0; k < 6; k++)
            {
                var earlier = a[k] - ResultMark;
                if ((ulong)earlier < MaxSteps)
                    a[k] = steps[earlier].Result;
            }

            var result = Libc.SyscallInChild(step->Number, a[0], a[1], a[2], a[3], a[4], a[5]);
            step->Result = result;
            if (result >= 0 || step->Optional != 0)
                continue;
            header->Error = Marshal.GetLastSystemError();
            header->FailedStep = i;
            header->Failed = 1;
            break;
        }

        while (exits)
            Libc.SyscallInChild(Sys.Exit, header->Failed == 0 ? 0 : 126, 0, 0, 0, 0, 0);
    }

    private struct Header
    {
        public int Count;
        public int Greetings;
        public int Arrived;
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
