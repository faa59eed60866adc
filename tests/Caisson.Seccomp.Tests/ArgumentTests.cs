using Caisson.Linux.Seccomp;
using static Caisson.Seccomp.Tests.Answers;

namespace Caisson.Seccomp.Tests;

public sealed class ArgumentTests
{
    private const ulong HighRubbish = 0xDEADBEEF_00000000;
    private const ulong Stream = 1;
    private const ulong Datagram = 2;
    private const ulong CloseOnExec = 0x80000;

    private static uint Run(string name, params ulong[] arguments) => FilterMachine.Default.Run(SystemCalls.Numbers[name], arguments);

    [Theory]
    [InlineData(0x00020000)]
    [InlineData(0x02000000)]
    [InlineData(0x04000000)]
    [InlineData(0x08000000)]
    [InlineData(0x10000000)]
    [InlineData(0x20000000)]
    [InlineData(0x40000000)]
    public void Clone_may_not_make_a_namespace(uint flag)
    {
        Assert.Equal(EPERM, Run("clone", flag));
        Assert.Equal(EPERM, Run("clone", flag | 0x11));
        Assert.Equal(EPERM, Run("clone", HighRubbish | flag | 0x3D0F00));
    }

    [Theory]
    [InlineData(0x11)] // fork
    [InlineData(0x4111)] // vfork
    [InlineData(0x3D0F00)] // a thread of glibc
    [InlineData(0x7D0F00)] // a thread of musl
    [InlineData(0x01200011)] // fork of glibc
    [InlineData(0x00005111)] // with a pidfd
    public void Clone_makes_processes_and_threads(uint flags) => Assert.Equal(Allow, Run("clone", flags));

    [Fact]
    public void Clone3_does_not_exist() => Assert.Equal(ENOSYS, Run("clone3", 0, 88));

    [Theory]
    [InlineData(0x5412)]
    [InlineData(0x541C)]
    [InlineData(0x5423)]
    public void Ioctl_may_not_type_into_a_terminal(uint command)
    {
        Assert.Equal(EPERM, Run("ioctl", 0, command));
        Assert.Equal(EPERM, Run("ioctl", 0, HighRubbish | command));
    }

    [Theory]
    [InlineData(0x5401)]
    [InlineData(0x540E)]
    [InlineData(0x5411)]
    [InlineData(0x5413)]
    [InlineData(0x5414)]
    [InlineData(0x5421)]
    [InlineData(0x8912)]
    public void Ioctl_does_the_rest(uint command) => Assert.Equal(Allow, Run("ioctl", 0x5412, command, 0x5412));

    [Fact]
    public void Sockets_have_four_families()
    {
        for (ulong family = 0; family <= 64; family++)
        {
            var expected = family is 1 or 2 or 10 or 16 ? Allow : EAFNOSUPPORT;
            Assert.Equal(expected, Run("socket", family, Stream | CloseOnExec, 0));
            Assert.Equal(expected, Run("socket", HighRubbish | family, Datagram, HighRubbish));
            Assert.Equal(family == 1 ? Allow : EAFNOSUPPORT, Run("socketpair", family, Stream, 0));
        }

        Assert.Equal(EAFNOSUPPORT, Run("socket", uint.MaxValue, Stream, 0));
    }

    [Fact]
    public void Netlink_is_for_routes_alone()
    {
        for (ulong protocol = 1; protocol <= 32; protocol++)
            Assert.Equal(EAFNOSUPPORT, Run("socket", 16, 3, protocol));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    public void The_internet_is_tcp_udp_and_icmp(uint family)
    {
        for (ulong protocol = 0; protocol <= 300; protocol++)
            Assert.Equal(protocol is 0 or 1 or 6 or 17 or 58 ? Allow : EPROTONOSUPPORT, Run("socket", family, Stream, protocol));
        Assert.Equal(EAFNOSUPPORT, Run("socket", family, 10, 0x300));
        Assert.Equal(EAFNOSUPPORT, Run("socket", family, 10 | CloseOnExec | 0x800, 0));
    }

    [Theory]
    [InlineData(0x0, Allow)]
    [InlineData(0x8, Allow)]
    [InlineData(0x20000, Allow)]
    [InlineData(0x20008, Allow)]
    [InlineData(0x40000, Allow)]
    [InlineData(0xffffffff, Allow)]
    [InlineData(0x400000, EPERM)] // READ_IMPLIES_EXEC
    [InlineData(0x100000, EPERM)] // MMAP_PAGE_ZERO
    [InlineData(0x1, EPERM)]
    [InlineData(0x440000, EPERM)]
    [InlineData(0xfffffffe, EPERM)]
    public void Personality_weakens_nothing_but_the_layout(uint persona, uint expected)
    {
        Assert.Equal(expected, Run("personality", persona));
        Assert.Equal(expected, Run("personality", HighRubbish | persona));
    }
}
