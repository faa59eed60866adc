using Caisson.Core.Sandboxes;
using static Caisson.Verify.Cases.ShellCase;

namespace Caisson.Verify.Cases;

/// <summary>Two sandboxes beside each other: what one leaves, the other looks for as root.</summary>
internal static class NeighbourCases
{
    public static IEnumerable<VerifyCase> All =>
    [
        Pair("files are not shared", "echo secret > /tmp/shared-s; echo secret > /dev/shm/shared-s; echo secret > /var/tmp/shared-s", "cat /tmp/shared-s /dev/shm/shared-s /var/tmp/shared-s 2>/dev/null | wc -l", "0"),
        Pair("processes are not seen", "nohup sleep 3231 >/dev/null 2>&1 &", "ps -e -o args= | grep -c '[s]leep 3231'; true", "0"),
        Pair("processes are not signalled", "nohup sleep 3232 >/dev/null 2>&1 &", "pkill -KILL -f '[s]leep 3232' && echo killed; true", "", "pgrep -fc '[s]leep 3232'", "1"),
        Pair("abstract sockets are not reached", "nohup python3 -c \"import socket,time; s=socket.socket(socket.AF_UNIX); s.bind('\\0verify-pair'); s.listen(); time.sleep(60)\" >/dev/null 2>&1 & sleep 0.5", "python3 -c \"import socket; socket.socket(socket.AF_UNIX).connect('\\0verify-pair'); print('reached')\" 2>/dev/null; true", ""),
        Pair("ports are not reached", "nohup python3 -m http.server 8765 --bind 0.0.0.0 >/dev/null 2>&1 & sleep 0.7", "curl -s --max-time 3 -o /dev/null -w '%{http_code}' http://127.0.0.1:8765/; true", "000"),
        Pair("shared memory of System V is not shared", "python3 -c \"import ctypes; print(ctypes.CDLL(None).shmget(0x5151,4096,0o1666))\"", "python3 -c \"import ctypes; print(ctypes.CDLL(None).shmget(0x5151,4096,0o666))\"", "-1"),
        Pair("message queues are not shared", "python3 -c \"import ctypes; ctypes.CDLL(None).msgget(0x5152,0o1666)\"", "python3 -c \"import ctypes; print(ctypes.CDLL(None).msgget(0x5152,0o666))\"", "-1"),
        Pair("what root changes in its system stays there", "sudo sh -c 'echo changed > /etc/motd; echo changed > /usr/local/bin/changed'", "cat /etc/motd /usr/local/bin/changed 2>/dev/null | wc -l", "0"),
        Pair("host names are each one's own", "cat /proc/sys/kernel/hostname > /tmp/name", "cat /proc/sys/kernel/hostname >/dev/null; ls /tmp/name 2>/dev/null | wc -l", "0"),
        new("one's fork bomb leaves the other usable", Controls.Neighbours, async (bench, cancellation) =>
        {
            await using var bad = await bench.CreateAsync(new SandboxSpec { Resources = new Resources { Pids = 64, Cpus = 0.5 } }, cancellation);
            await using var good = await bench.CreateAsync(new SandboxSpec(), cancellation);
            var bomb = Bench.RunAsync(bad, "timeout -s KILL 3 sh -c 'b() { b | b & }; b' 2>/dev/null; pkill -KILL -x sh; true", User, cancellation);
            for (var i = 0; i < 10; i++)
                Expect.Equal("fine\n", (await Bench.RunAsync(good, "echo fine", User, cancellation)).Stdout);
            await bomb;
        }),
    ];

    private static VerifyCase Pair(string name, string left, string looked, string found, string? after = null, string? still = null) => new(name, Controls.Neighbours, async (bench, cancellation) =>
    {
        await using var one = await bench.CreateAsync(new SandboxSpec(), cancellation);
        await using var other = await bench.CreateAsync(new SandboxSpec(), cancellation);
        await Bench.RunAsync(one, left, User, cancellation);
        Expect.Equal(found, (await Bench.RunAsync(other, looked, Root, cancellation)).Stdout.Trim());
        if (after is not null)
            Expect.Equal(still, (await Bench.RunAsync(one, after, Root, cancellation)).Stdout.Trim());
    });
}
