using static Caisson.Verify.Cases.ShellCase;

namespace Caisson.Verify.Cases;

/// <summary>Calls and sockets of the host's kernel, tried by root inside; where a kernel of the sandbox's own answers, they are not in reach.</summary>
internal static class KernelCases
{
    private const string Probe = "import ctypes,sys\nl=ctypes.CDLL(None,use_errno=True)\nr=l.syscall(*[eval(a) for a in sys.argv[1:]])\nprint('allowed' if r>=0 else 'refused')";

    private static readonly (string Name, string Arguments)[] _calls =
    [
        ("mount", "165 b'none' b'/mnt' b'tmpfs' 0 0"), ("umount2", "166 b'/proc' 2"), ("pivot_root", "155 b'/' b'/mnt'"), ("fsopen", "430 b'tmpfs' 0"),
        ("open_tree", "428 -100 b'/' 1"), ("move_mount", "429 -100 b'/tmp' -100 b'/mnt' 0"), ("unshare of a user namespace", "272 0x10000000"),
        ("unshare of a mount namespace", "272 0x20000"), ("unshare of a network namespace", "272 0x40000000"), ("setns", "308 0 0"),
        ("clone3", "435 0 0"), ("bpf", "321 0 ctypes.create_string_buffer(128) 128"), ("perf_event_open", "298 ctypes.create_string_buffer(128) 0 -1 -1 0"),
        ("io_uring_setup", "425 8 ctypes.create_string_buffer(256)"), ("userfaultfd", "323 0"), ("add_key", "248 b'user' b'x' b'y' 1 -3"), ("keyctl", "250 0 -3 1"),
        ("request_key", "249 b'user' b'x' 0 -3"), ("kexec_load", "246 0 0 0 0"), ("init_module", "175 b'' 0 b''"), ("finit_module", "313 0 b'' 0"),
        ("delete_module", "176 b'none' 0"), ("swapon", "167 b'/tmp/x' 0"), ("acct", "163 b'/tmp/x'"), ("quotactl", "179 0 0 0 0"), ("clock_settime", "227 0 b'\\0'*16"),
        ("sethostname", "170 b'x' 1"), ("iopl", "172 3"), ("ioperm", "173 0x80 1 1"), ("syslog", "103 3 ctypes.create_string_buffer(64) 64"),
        ("open_by_handle_at", "304 -100 ctypes.create_string_buffer(64) 0"), ("process_vm_readv of the guest", "310 1 0 0 0 0 0"), ("pidfd_getfd", "438 0 0 0"),
        ("fanotify_init", "300 0 0"), ("kcmp", "312 1 1 0 0 0"), ("reboot", "169 0 0 0 0"), ("memfd_secret", "447 0"),
    ];

    private static readonly (string Name, string Arguments)[] _sockets =
    [
        ("packets", "17,3,0"), ("raw IP", "2,3,255"), ("the kernel's ciphers", "38,5,0"), ("virtual machines", "40,1,0"), ("Bluetooth", "31,3,0"), ("netfilter", "16,3,12"),
        ("audit", "16,3,9"), ("TIPC", "30,1,0"), ("SCTP", "2,1,132"), ("DCCP", "2,6,33"), ("XDP", "44,3,0"), ("CAN", "29,3,1"),
    ];

    private static readonly VerifyCase[] _others =
    [
        new("input cannot be put into a terminal", Controls.Kernel, async (bench, cancellation) =>
        {
            RequireShared(bench);
            var result = await bench.ShellAsync("python3 -c \"import fcntl,os,pty; m,s=pty.openpty(); fcntl.ioctl(s,0x5412,b'x'); print('allowed')\" 2>/dev/null; true", Root, cancellation);
            Expect.Equal("", result.Stdout.Trim());
        }),
        new("calls of 32-bit programs are refused", Controls.Kernel, async (bench, cancellation) =>
        {
            RequireShared(bench);
            // getpid of the x32 table.
            var result = await bench.ShellAsync($"python3 -c \"{Probe}\" '0x40000000+39'", User, cancellation);
            Expect.True(!result.Stdout.Contains("allowed", StringComparison.Ordinal), "one was allowed");
        }),
    ];

    public static IEnumerable<VerifyCase> All => [.. _calls.Select(call => Call(call.Name, call.Arguments)), .. _sockets.Select(socket => Socket(socket.Name, socket.Arguments)), .. _others];

    private static VerifyCase Socket(string name, string arguments) => new($"a socket for {name} is refused", Controls.Kernel, async (bench, cancellation) =>
    {
        RequireShared(bench);
        var result = await bench.ShellAsync($"python3 -c \"import socket; socket.socket({arguments}); print('allowed')\" 2>/dev/null; true", Root, cancellation);
        Expect.Equal("", result.Stdout.Trim());
    });

    private static VerifyCase Call(string name, string arguments) => new($"{name} is refused to root", Controls.Kernel, async (bench, cancellation) =>
    {
        RequireShared(bench);
        var quoted = string.Join(' ', arguments.Split(' ').Select(a => $"'{a.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        var result = await bench.ShellAsync($"python3 -c \"{Probe}\" {quoted}", Root, cancellation);
        Expect.True(result.Stdout.Trim() == "refused" || result.Signal is not null, $"got {Describe(result)}");
    });

    private static void RequireShared(Bench bench)
    {
        if (!bench.SharesKernel)
            throw new NotAvailableException("the host's kernel is not in reach of the code inside");
    }
}
