using System.Text;
using Caisson.Core.Backends;
using Caisson.Core.Guests;
using static Caisson.Verify.Cases.ShellCase;

namespace Caisson.Verify.Cases;

/// <summary>Users and files.</summary>
internal static class FileCases
{
    public static IEnumerable<VerifyCase> All =>
    [
        Says("the default user is 1000", Controls.Users, "id -u; id -g", "1000\n1000"),
        Says("root inside is uid 0", Controls.Users, "id -u", "0", Root),
        Says("sudo needs no password", Controls.Users, "sudo id -u", "0"),
        Ends("a user may not write where root may", Controls.Users, "echo x > /etc/verify-x", 2),
        Says("root may write its own system", Controls.Users, "echo x > /etc/verify-y && cat /etc/verify-y && rm /etc/verify-y", "x", Root),
        Says("root may give files away", Controls.Users, "touch /tmp/vg && chown user /tmp/vg && stat -c %U /tmp/vg && rm /tmp/vg", "user", Root),
        Ends("a user may not read root's files", Controls.Users, "cat /etc/shadow >/dev/null 2>&1", 1),
        Ends("a user may not kill root's processes", Controls.Users, "sudo sleep 5 & sleep 0.3; pid=$(pgrep -o -x sleep); kill -0 $pid 2>/dev/null", 1),
        Says("root may add a user who can run programs", Controls.Users, "useradd -m verified && sudo -u verified id -un; userdel -r verified 2>/dev/null; rm -rf /home/verified", "verified", Root),
        Says("modes are kept", Controls.Files, "touch /tmp/vm && chmod 640 /tmp/vm && stat -c %a /tmp/vm && rm /tmp/vm", "640"),
        Says("links, hard and symbolic", Controls.Files, "cd /tmp && echo a > la && ln la lb && ln -s la lc && cat lb lc && stat -c %h la && rm la lb lc", "a\na\n2"),
        Says("a file is renamed over another", Controls.Files, "cd /tmp && echo a > ra && echo b > rb && mv ra rb && cat rb && rm rb", "a"),
        Says("a directory of a thousand files", Controls.Files, "mkdir /tmp/vt && cd /tmp/vt && seq 1000 | xargs touch && ls | wc -l && cd / && rm -r /tmp/vt", "1000"),
        Says("a file has holes", Controls.Files, "truncate -s 100M /tmp/vh && stat -c %s /tmp/vh && du -k /tmp/vh | cut -f1 && rm /tmp/vh", "104857600\n0").WhereLinuxAnswers("its kernel does not tell holes from zeros"),
        Says("files can be locked", Controls.Files, "flock /tmp/vl true && echo locked; rm -f /tmp/vl", "locked"),
        Says("memory can be mapped to a file", Controls.Files, "python3 -c \"import mmap,os; f=open('/tmp/vmm','w+b'); f.truncate(8192); m=mmap.mmap(f.fileno(),8192); m[0:5]=b'hello'; m.flush(); print(open('/tmp/vmm','rb').read(5).decode())\"; rm -f /tmp/vmm", "hello"),
        Says("changes of files are told", Controls.Files, "python3 -c \"import ctypes,os; l=ctypes.CDLL(None); f=l.inotify_init(); l.inotify_add_watch(f,b'/tmp',0x100); open('/tmp/vi','w'); print(len(os.read(f,4096))>0)\"; rm -f /tmp/vi", "True"),
        Says("the system is there", Controls.Files, "ls -d /bin /usr /etc /tmp /proc /dev /home/user | wc -l", "7"),
        Says("temporary places are everybody's", Controls.Files, "stat -c %a /tmp /var/tmp", "1777\n1777"),
        Says("/dev has what programs need", Controls.Files, "for d in null zero full random urandom tty; do test -c /dev/$d || echo $d; done; head -c 4 /dev/urandom | wc -c", "4"),
        new("a file written through the API is the user's", Controls.Files, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            await box.Files.WriteTextAsync("/home/user/deep/er/file.txt", "content ü", null, cancellation);
            Expect.Equal("content ü user 9\n".Replace("9", "10", StringComparison.Ordinal), (await box.ExecAsync("cat deep/er/file.txt; stat -c ' %U %s' deep/er/file.txt; rm -r deep", cancellation)).Stdout);
        }),
        new("a file written inside is read through the API", Controls.Files, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            await box.ExecAsync("printf 'from inside' > read.txt", cancellation);
            Expect.Equal("from inside", await box.Files.ReadTextAsync("/home/user/read.txt", null, cancellation));
            await box.Files.RemoveAsync("/home/user/read.txt", null, cancellation);
        }),
        new("ten megabytes go in and out unchanged", Controls.Files, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var bytes = new byte[10 << 20];
            new Random(7).NextBytes(bytes);
            using var content = new MemoryStream(bytes);
            await box.Files.WriteAsync("/tmp/ten", content, null, null, cancellation);
            await using var back = await box.Files.OpenReadAsync("/tmp/ten", null, cancellation);
            using var copy = new MemoryStream();
            await back.CopyToAsync(copy, cancellation);
            Expect.True(copy.ToArray().AsSpan().SequenceEqual(bytes), $"{copy.Length} bytes came back changed");
            await box.Files.RemoveAsync("/tmp/ten", null, cancellation);
        }) { Needs = WallCapabilities.None },
        new("directories are made, listed, moved and removed", Controls.Files, async (bench, cancellation) =>
        {
            var files = (await bench.BoxAsync(cancellation)).Files;
            await files.MakeDirectoryAsync("/tmp/made", null, cancellation);
            await files.WriteTextAsync("/tmp/made/one", "1", null, cancellation);
            Expect.Equal("one", string.Join(' ', (await files.ListAsync("/tmp/made", 1, null, cancellation)).Select(f => f.Name)));
            await files.MoveAsync("/tmp/made", "/tmp/moved", null, cancellation);
            Expect.Equal(FileEntryType.Directory, (await files.StatAsync("/tmp/moved", null, cancellation)).Type);
            await files.RemoveAsync("/tmp/moved", null, cancellation);
            await Expect.RefusedAsync(() => files.StatAsync("/tmp/moved", null, cancellation));
        }) { Needs = WallCapabilities.None },
        new("a link out of the root leads nowhere outside", Controls.Files, async (bench, cancellation) =>
        {
            var secret = Path.Combine(bench.Server.Directory, "secret-of-the-host");
            await File.WriteAllTextAsync(secret, "host", Encoding.UTF8, cancellation);
            var box = await bench.BoxAsync(cancellation);
            await box.ExecAsync($"ln -sfn {secret} /tmp/out; ln -sfn / /tmp/rootlink", cancellation);
            await Expect.RefusedAsync(() => box.Files.ReadTextAsync("/tmp/out", null, cancellation));
            await Expect.RefusedAsync(() => box.Files.ReadTextAsync($"/tmp/rootlink{secret}", null, cancellation));
            await Expect.RefusedAsync(() => box.Files.ReadTextAsync($"/../../../../../..{secret}", null, cancellation));
        }),
    ];
}
