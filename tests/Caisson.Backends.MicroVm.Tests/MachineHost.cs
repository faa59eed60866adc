using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Interop;
using Caisson.Network.Egress;
using Caisson.Walls;
using Microsoft.Extensions.Logging.Abstractions;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>A template of a few programs, and backends that start machines of it.</summary>
public sealed class MachineHost : IAsyncLifetime, ITimeline
{
    private static readonly string[] _programs = ["/bin/sh", "/usr/bin/cat", "/usr/bin/sleep", "/usr/bin/head", "/usr/bin/sha256sum", "/usr/bin/date", "/usr/bin/ls", "/usr/bin/grep", "/usr/bin/perl"];
    private readonly EgressGateway _gateway = new(new EgressGatewayOptions(), TimeProvider.System, NullLogger<EgressGateway>.Instance);

    /// <summary>A script that leaves a program behind, whose count in memory <see cref="CountsOnAsync"/> looks at.</summary>
    public const string Counting = "(i=0; while :; do i=$((i+1)); echo $i > /dev/shm/count; sleep 0.1; done) > /dev/null 2>&1 &";

    public string Folder { get; } = Directory.CreateTempSubdirectory("caisson-microvm-").FullName;

    public string Cache => Path.Combine(Folder, "cache");

    /// <summary>Why no machine can be started here, or null.</summary>
    public static string? Missing =>
        Libc.GetUid() != 0 ? "not root"
        : !File.Exists(new MicroVmOptions { Kernel = "" }.Qemu) || !File.Exists(Path.Combine(Kernel, "vmlinuz")) ? "./caisson machine has not been run"
        : null;

    private static string Artifacts
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (Directory.Exists(Path.Combine(folder.FullName, "artifacts", "bin")))
                    return Path.Combine(folder.FullName, "artifacts", "bin");
            }

            throw new DirectoryNotFoundException("caisson is not built: ./caisson --build-only");
        }
    }

    private static string Kernel => Path.Combine(Artifacts, "machine");

    public ValueTask InitializeAsync()
    {
        var root = Path.Combine(Folder, "root");
        foreach (var name in (string[])["bin", "dev", "proc", "etc", "tmp", "root", "home/user", "usr/bin", "lib64"])
            Directory.CreateDirectory(Path.Combine(root, name));
        File.WriteAllText(Path.Combine(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n");
        File.WriteAllText(Path.Combine(root, "etc/group"), "root:x:0:\nuser:x:1000:\n");
        File.SetUnixFileMode(Path.Combine(root, "tmp"), (UnixFileMode)0x3FF);
        foreach (var file in _programs.Concat(_programs.SelectMany(Libraries)).Distinct(StringComparer.Ordinal))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root + file)!);
            File.Copy(file, root + file, overwrite: true);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A backend as another server of this host would have one.</summary>
    public MicroVmBackend Backend(string? cache = null)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var host = new WallHost(new WallHostOptions { Guest = Path.Combine(Artifacts, "caisson-guest"), BlankDisks = Path.Combine(Folder, "blank") }, _gateway);
        return new MicroVmBackend(new MicroVmOptions { Kernel = Kernel, Cache = cache ?? Cache }, host, TimeProvider.System);
    }

    public StartRequest Request(SandboxId id, params IReadOnlyList<string> captured) => new(
        id,
        new SandboxSpec { Resources = new Resources { MemoryBytes = 128 << 20, DiskBytes = 64 << 20, Pids = 64 } },
        new RootFileSystem([new LayerTree("/", [Path.Combine(Folder, "root")])], Writable: true, MultiUser: true) { Captured = captured },
        StateOf(id),
        this,
        Detached: true);

    /// <summary>A request whose disk outlives the sandbox under that name.</summary>
    public StartRequest Request(string name, params IReadOnlyList<string> captured) => Request(SandboxId.New(), captured) with { Disk = Path.Combine(Folder, $"{name}.ext4") };

    /// <summary>Waits until <see cref="Counting"/> has counted on.</summary>
    public static async Task CountsOnAsync(IWalledSandbox sandbox)
    {
        var before = await CountAsync(sandbox);
        for (var i = 0; i < 50 && await CountAsync(sandbox) <= before; i++)
            await Task.Delay(100);
        Assert.True(await CountAsync(sandbox) > before);
    }

    /// <summary>Mounts a file system of so many kilobytes; to be unmounted by <see cref="Small.Dispose"/>.</summary>
    internal Small Small(string name, int kilobytes)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return new Small(Directory.CreateDirectory(Path.Combine(Folder, name)).FullName, kilobytes);
    }

    /// <summary>What of a sandbox is on the host.</summary>
    public static IReadOnlyList<string> LeftOf(SandboxId id) =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]) && CommandOf(folder).Contains(id.Value, StringComparison.Ordinal)),
        .. Directory.EnumerateDirectories("/sys/fs/cgroup", $"*{id.Value}*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }),
    ];

    public string StateOf(SandboxId id) => Path.Combine(Folder, id.Value);

    public Task<IWalledSandbox> StartAsync(MicroVmBackend backend, params IReadOnlyList<string> captured) =>
        backend.StartAsync(Request(SandboxId.New(), captured), new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token);

    /// <summary>What a shell script says.</summary>
    public static async Task<string> RunAsync(IWalledSandbox sandbox, string script, string user = "root")
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var execution = await sandbox.Guest.StartAsync(new ExecRequest { Command = "/bin/sh", Arguments = ["-c", script], User = user, OutputLimit = 1 << 20 }, limit.Token);
        var text = "";
        await foreach (var item in execution.ReadAsync(limit.Token))
            text += item is ExecOutputEvent piece ? System.Text.Encoding.UTF8.GetString(piece.Data.Span) : "";
        return text.Trim();
    }

    public void Append(SandboxEvent entry)
    {
    }

    private static async Task<int> CountAsync(IWalledSandbox sandbox) => int.TryParse(await RunAsync(sandbox, "cat /dev/shm/count"), out var count) ? count : 0;

    private static string CommandOf(string folder)
    {
        try
        {
            return File.ReadAllText($"{folder}/cmdline");
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return "";
        }
    }

    private static IEnumerable<string> Libraries(string program)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/lib64/ld-linux-x86-64.so.2", ["--list", program]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text.Split('\n').Select(line => line.Trim().Split(' ')).Select(words => words is [_, "=>", var path, ..] ? path : words[0]).Where(path => path.StartsWith('/')).ToList();
    }
}
