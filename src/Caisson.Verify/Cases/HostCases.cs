using System.Globalization;
using System.Net.Sockets;
using static Caisson.Verify.Cases.ShellCase;

namespace Caisson.Verify.Cases;

/// <summary>The host's files, processes and devices, and rights over it.</summary>
internal static class HostCases
{
    public static IEnumerable<VerifyCase> All =>
    [
        Says("process 1 is not the host's", Controls.Host, "test $(grep -ls . /proc/[0-9]*/cmdline | wc -l) -lt 20 && echo few", "few"),
        Says("no process of the host is seen by root either", Controls.Host, "ps -e -o comm= | grep -cE 'systemd|dockerd|sshd|caisson-server|dotnet'; true", "0", Root),
        Says("the variables of process 1 are not the server's", Controls.Host, "tr '\\0' '\\n' < /proc/1/environ 2>/dev/null | grep -ciE 'key|token|secret|dotnet|sudo'; true", "0", Root),
        Says("the variables of process 1 are closed", Controls.Host, "head -c 1 /proc/1/environ 2>/dev/null; true", "")
            .WhereLinuxAnswers("its kernel shows the variables of every process inside, and process 1 has none but a home"),
        Says("memory of process 1 is closed to root", Controls.Host, "head -c 1 /proc/1/mem >/dev/null 2>&1 && echo open; true", "", Root),
        Says("open files of process 1 are closed to root", Controls.Host, "for f in /proc/1/fd/*; do readlink $f; cat <$f; done 2>/dev/null | head -c 1; true", "", Root)
            .WhereLinuxAnswers("its kernel shows root the open files of every process inside, which are all the sandbox's own"),
        Says("the host's accounts are not there", Controls.Host, "getent passwd | wc -l | awk '{print ($1 < 12) ? \"few\" : \"many\"}'", "few"),
        Says("homes of the host are not there", Controls.Host, "ls -A /root /home | grep -vE '^$|/root:|/home:|^user$|^\\.(bashrc|profile|bash_history)$' | head -3", "", Root),
        Says("no container engine's socket is there", Controls.Host, "ls /var/run/docker.sock /run/docker.sock /run/containerd /run/podman 2>/dev/null | wc -l", "0", Root),
        Says("no block device is there", Controls.Host, "find /dev -type b 2>/dev/null | wc -l", "0", Root),
        Says("no memory, disk or machine device is there", Controls.Host, "ls /dev/mem /dev/kmem /dev/port /dev/kmsg /dev/kvm /dev/loop0 /dev/loop-control /dev/sda /dev/vda /dev/net/tun 2>/dev/null | wc -l", "0", Root),
        Says("file systems cannot be programs", Controls.Host, "ls /dev/fuse 2>/dev/null | wc -l", "0", Root).WhereLinuxAnswers("its kernel has such file systems of its own"),
        Says("a block device cannot be made", Controls.Host, "mknod /tmp/disk b 7 0 2>/dev/null && echo made; rm -f /tmp/disk; true", "", Root)
            .WhereLinuxAnswers("its kernel makes the name, behind which there is nothing"),
        Says("a block device cannot be made and opened", Controls.Host, "mknod /tmp/disk b 7 0 2>/dev/null && head -c 1 /tmp/disk >/dev/null 2>&1 && echo opened; rm -f /tmp/disk", "", Root),
        Says("a character device cannot be made and opened", Controls.Host, "mknod /tmp/mem c 1 1 2>/dev/null && head -c 1 /tmp/mem >/dev/null 2>&1 && echo opened; rm -f /tmp/mem", "", Root),
        Says("settings of the kernel are closed", Controls.Host, "for f in kernel/core_pattern kernel/modprobe kernel/panic vm/overcommit_memory fs/binfmt_misc/register kernel/randomize_va_space; do (echo x > /proc/sys/$f) 2>/dev/null && echo $f; done; true", "", Root),
        Says("magic keys are closed", Controls.Host, "(echo h > /proc/sysrq-trigger) 2>/dev/null && echo open; true", "", Root),
        Says("kernel memory and symbols are closed", Controls.Host, "head -c 1 /proc/kcore 2>/dev/null | wc -c; grep -v ' 0000000000000000\\|^0000000000000000' /proc/kallsyms 2>/dev/null | head -1", "0", Root),
        Says("groups of the host cannot be written", Controls.Host, "find /sys/fs/cgroup -name cgroup.procs -writable 2>/dev/null | head -1; find /sys -maxdepth 3 -writable -type f 2>/dev/null | head -1", "", Root),
        Says("releases of groups cannot run programs of the host", Controls.Host, "mkdir /tmp/cg && mount -t cgroup -o memory cg /tmp/cg 2>/dev/null && echo mounted; rmdir /tmp/cg 2>/dev/null; true", "", Root),
        new("the host name is the sandbox's own", Controls.Host, async (bench, cancellation) =>
        {
            var name = (await bench.ShellAsync("cat /proc/sys/kernel/hostname", User, cancellation)).Stdout.Trim();
            Expect.True(name.Length > 0 && name != Environment.MachineName, $"it is '{name}'");
        }),
        new("abstract sockets of the host are not reached", Controls.Host, async (bench, cancellation) =>
        {
            var name = $"caisson-verify-{Guid.NewGuid():N}";
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
            listener.Listen();
            var result = await bench.ShellAsync($"python3 -c \"import socket; s=socket.socket(socket.AF_UNIX); s.connect('\\0{name}'); print('reached')\" 2>&1 | tail -1", Root, cancellation);
            Expect.True(!result.Stdout.Contains("reached", StringComparison.Ordinal), "one was reached");
        }),
        new("files of the server are not there", Controls.Host, async (bench, cancellation) =>
        {
            var result = await bench.ShellAsync($"ls {bench.Server.Directory} 2>/dev/null | wc -l; grep -c caisson-verify /proc/self/mountinfo", Root, cancellation);
            Expect.Equal("0\n", result.Stdout[..2]);
        }),
        new("a program of the host cannot be signalled", Controls.Host, async (bench, cancellation) =>
        {
            var pid = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            var result = await bench.ShellAsync($"kill -0 {pid} 2>/dev/null && test \"$(cat /proc/{pid}/comm)\" != sh && echo reached; true", Root, cancellation);
            Expect.Equal("", result.Stdout.Trim());
        }),
        Says("no capability is in any set of a user's process", Controls.Rights, "grep -E 'Cap(Inh|Prm|Eff|Bnd|Amb)' /proc/self/status | grep -vc 0000000000000000; true", "0"),
        Says("no new privileges, for a user", Controls.Rights, "python3 -c \"import ctypes; print(ctypes.CDLL(None).prctl(39,0,0,0,0))\"", "1"),
        Says("no new privileges, for root", Controls.Rights, "python3 -c \"import ctypes; print(ctypes.CDLL(None).prctl(39,0,0,0,0))\"", "1", Root),
        Says("a set-uid copy gives nothing", Controls.Rights, "cp /usr/bin/id /tmp/vsid && chown root /tmp/vsid && chmod 4755 /tmp/vsid && setpriv --reuid 1000 --clear-groups --no-new-privs /tmp/vsid -u; rm /tmp/vsid", "1000", Root),
        Says("root has no right over the machine", Controls.Rights, "python3 -c \"\nb=int([l.split()[1] for l in open('/proc/self/status') if l.startswith('CapEff')][0],16)\nprint([n for n in (12,13,14,16,17,18,19,20,21,22,23,24,25,26,28,29,30,32,33,34,35,36,37,38,39,40) if b>>n&1 and n!=18 and n!=19])\"", "[]", Root),
        Says("core dumps are off", Controls.Rights, "ulimit -c", "0"),
        Says("priority cannot be raised", Controls.Rights, "nice -n -10 nice 2>/dev/null", "0", Root).WhereLinuxAnswers("priorities inside mean nothing to the host"),
        Says("another user's process cannot be traced", Controls.Rights, "sudo sleep 5 & sleep 0.3; python3 -c \"import ctypes,subprocess; p=int(subprocess.check_output(['pgrep','-n','-x','sleep'])); print(ctypes.CDLL(None).ptrace(16,p,0,0))\"", "-1"),
        Says("the guest cannot be traced by root", Controls.Rights, "python3 -c \"import ctypes; print(ctypes.CDLL(None).ptrace(16,1,0,0))\"", "-1", Root),
        Says("the guest cannot be killed", Controls.Rights, "kill -KILL 1; kill -SEGV 1; kill -TERM 1; sleep 0.2; echo alive", "alive", Root)
            .WhereLinuxAnswers("its kernel lets root end process 1, and the whole sandbox with it"),
    ];
}
