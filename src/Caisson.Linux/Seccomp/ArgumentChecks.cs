using static Caisson.Linux.Seccomp.BpfInstruction;

namespace Caisson.Linux.Seccomp;

/// <summary>The calls whose arguments decide. Only low halves are read: each of these arguments is an int to the kernel, which drops the rest.</summary>
internal static class ArgumentChecks
{
    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. (NEWTIME is 0x80, part of clone's exit signal, and is for clone3 alone.)
    internal const uint NewNamespaces = 0x7E020000;

    internal const uint InjectInput = 0x5412; // TIOCSTI
    internal const uint ConsoleControl = 0x541C; // TIOCLINUX
    internal const uint SetLineDiscipline = 0x5423; // TIOCSETD: loads kernel modules by number

    // PER_LINUX32, ADDR_NO_RANDOMIZE (debuggers) and UNAME26; every other bit weakens a defence or emulates another system.
    internal const uint HarmlessPersonality = 0x0008 | 0x0040000 | 0x0020000;
    internal const uint AskPersonality = 0xffffffff;

    internal const uint Unix = 1;
    internal const uint Internet = 2;
    internal const uint Internet6 = 10;
    internal const uint Netlink = 16;
    internal const uint RouteProtocol = 0;
    internal const uint TypeMask = 0xf; // the rest is SOCK_NONBLOCK and SOCK_CLOEXEC
    private const uint PacketType = 10; // SOCK_PACKET: the old door to AF_PACKET, through AF_INET

    // The protocols are those of the gateway's world: 0, ICMP, TCP, UDP, ICMPv6. Others (SCTP, DCCP, L2TP, SMC) would load modules.
    internal static uint[] InternetProtocols { get; } = [0, 1, 6, 17, 58];

    public static IReadOnlyDictionary<string, IReadOnlyList<BpfInstruction>> Fragments { get; } =
        new Dictionary<string, IReadOnlyList<BpfInstruction>>(StringComparer.Ordinal)
        {
            ["clone"] =
            [
                Load(SeccompData.LowArgument(0)),
                IfAnySet(NewNamespaces, 1, 0),
                Return(SeccompAction.Allow),
                Return(SeccompAction.NotPermitted),
            ],
            ["ioctl"] =
            [
                Load(SeccompData.LowArgument(1)),
                IfEqual(InjectInput, 3, 0),
                IfEqual(ConsoleControl, 2, 0),
                IfEqual(SetLineDiscipline, 1, 0),
                Return(SeccompAction.Allow),
                Return(SeccompAction.NotPermitted),
            ],
            ["personality"] =
            [
                Load(SeccompData.LowArgument(0)),
                IfEqual(AskPersonality, 1, 0),
                IfAnySet(~HarmlessPersonality, 1, 0),
                Return(SeccompAction.Allow),
                Return(SeccompAction.NotPermitted),
            ],
            ["socket"] = Socket(),
            // Tipc pairs too, and a pair of any family first makes two sockets of it.
            ["socketpair"] =
            [
                Load(SeccompData.LowArgument(0)),
                IfEqual(Unix, 1, 0),
                Return(SeccompAction.NoSuchFamily),
                Return(SeccompAction.Allow),
            ],
        };

    private static List<BpfInstruction> Socket()
    {
        BpfInstruction[] netlink =
        [
            Load(SeccompData.LowArgument(2)),
            IfEqual(RouteProtocol, 1, 0),
            Return(SeccompAction.NoSuchFamily),
            Return(SeccompAction.Allow),
        ];
        BpfInstruction[] internet =
        [
            Load(SeccompData.LowArgument(1)),
            And(TypeMask),
            IfEqual(PacketType, InternetProtocols.Length + 3, 0),
            Load(SeccompData.LowArgument(2)),
            .. InternetProtocols.Select((protocol, i) => IfEqual(protocol, InternetProtocols.Length - i, 0)),
            Return(SeccompAction.NoSuchProtocol),
            Return(SeccompAction.Allow),
            Return(SeccompAction.NoSuchFamily),
        ];
        return
        [
            Load(SeccompData.LowArgument(0)),
            IfEqual(Unix, 4, 0),
            IfEqual(Netlink, 4, 0),
            IfEqual(Internet, 3 + netlink.Length, 0),
            IfEqual(Internet6, 2 + netlink.Length, 0),
            Return(SeccompAction.NoSuchFamily),
            Return(SeccompAction.Allow),
            .. netlink,
            .. internet,
        ];
    }
}
