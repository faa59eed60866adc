using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class TerminalTests(Site site)
{
    [Theory, ClassData(typeof(Callers))]
    public async Task At_a_terminal_the_command_has_one(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.HostShellAsync("script -qec \"stty rows 33 cols 101; $C run -- sh -c 'tty; stty size; test -t 0 && test -t 1 && test -t 2 && echo all; exit 5'\" /dev/null");
        Assert.Contains("/dev/pts/", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("33 101", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("all", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(5, outcome.Code);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Control_c_interrupts_the_command_and_not_caisson(Caller caller)
    {
        using var place = site.For(caller);
        place.Environment["C"] = site.Caisson;
        await using var running = place.Begin(["script", "-qec", "$C run -- sh -c 'trap \"echo inter\"rupted INT; echo ready; sleep 30; echo after'; echo code $?", "/dev/null"]);
        await running.UntilAsync("ready");
        await running.Input.WriteAsync(new byte[] { 3 });
        await running.Input.FlushAsync();
        await running.UntilAsync("interrupted");
        await running.UntilAsync("after");
        await running.UntilAsync("code 0");
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task The_callers_terminal_is_as_it_was(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.HostShellAsync("script -qec 'stty -a >before; $C run -- sh -c \"stty raw -echo; exit 0\"; stty -a >after; cmp before after && echo same' /dev/null");
        Assert.Contains("same", outcome.Text, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task The_callers_terminal_cannot_be_typed_into(Caller caller)
    {
        using var place = site.For(caller);
        place.Write("work/type.py", """
            import fcntl, os, sys
            for path in ["/dev/tty", "/proc/1/fd/0", "/proc/self/fd/0", "/dev/console"] + ["/dev/pts/%d" % n for n in range(20)]:
                try:
                    fd = os.open(path, os.O_RDWR)
                except OSError:
                    continue
                for c in "echo TYPED\n":
                    try:
                        fcntl.ioctl(fd, 0x5412, c.encode())
                    except OSError as e:
                        print("refused", e.errno)
                        break
                else:
                    print("TYPED into", path)
            """);
        var outcome = await place.HostShellAsync("script -qec '$C run -- python3 type.py </dev/null; sleep 0.3' /dev/null; script -qec '$C run -- python3 type.py; sleep 0.3' /dev/null");
        Assert.Contains("refused", outcome.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("TYPED", outcome.Text, StringComparison.Ordinal);
    }
}
