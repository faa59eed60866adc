using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Walls.Launching;

/// <summary>Steps that launchers have in common.</summary>
internal static unsafe class LaunchSteps
{
    private const int CloseOnExec = 4;

    /// <summary>Where the guest's program is inside.</summary>
    public const string GuestPath = "/.caisson/guest";

    /// <summary>Makes these the standard streams and closes whatever else is open, ours or our parent's, when the program starts.</summary>
    public static void AddStreams(this ForkScript script, SafeFileHandle input, SafeFileHandle messages)
    {
        const int SigPipe = 13;
        script.Add("dup3", Sys.Dup3, input.DangerousGetHandle(), 0, 0);
        script.Add("dup3", Sys.Dup3, messages.DangerousGetHandle(), 1, 0);
        script.Add("dup3", Sys.Dup3, messages.DangerousGetHandle(), 2, 0);
        script.Add("close_range", Sys.CloseRange, 3, int.MaxValue, CloseOnExec);
        script.Add("rt_sigaction", Sys.RtSigaction, SigPipe, (nint)script.Memory.Allocate(32), 0, 8);
    }

    /// <summary>Lets the program inherit a descriptor under its number.</summary>
    public static void AddInherited(this ForkScript script, SafeFileHandle handle)
    {
        const int Fcntl = 72;
        const int SetDescriptorFlags = 2;
        script.Add("fcntl", Fcntl, handle.DangerousGetHandle(), SetDescriptorFlags, 0);
    }
}
