using System.Globalization;
using Caisson.Backends.Oci.Runtimes;
using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Cgroups;
using Caisson.Linux.Interop;
using Caisson.Network.Egress;
using Caisson.Walls;
using Microsoft.Extensions.Logging.Abstractions;

namespace Caisson.Backends.Oci.Tests;

/// <summary>Backends of runtimes that are not what they should be: scripts in the place of crun, which is real where it is needed.</summary>
public sealed class RuntimeHost : IAsyncLifetime, ITimeline
{
    public const string Crun = "/usr/bin/crun";
    private const string Good = "crun version 1.8.1";
    private readonly EgressGateway _gateway = new(new EgressGatewayOptions(), TimeProvider.System, NullLogger<EgressGateway>.Instance);

    public string Folder { get; } = Directory.CreateTempSubdirectory("caisson-oci-").FullName;

    /// <summary>Why no container can be started here, or null.</summary>
    public static string? Missing =>
        Libc.GetUid() != 0 ? "not root"
        : !File.Exists(Crun) ? "crun is not installed: ./caisson wall crun"
        : CgroupLayout.Detect() is { CanLimit: false } layout ? layout.Missing
        : null;

    private static string Guest
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "artifacts", "bin", "caisson-guest")))
                    return Path.Combine(folder.FullName, "artifacts", "bin", "caisson-guest");
            }

            throw new FileNotFoundException("caisson is not built: ./caisson --build-only");
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A backend of that program, which need not be there.</summary>
    public OciBackend Backend(string program) => new(
        KnownRuntimes.Crun with { Programs = [program] },
        new WallHost(new WallHostOptions { Guest = Guest, BlankDisks = Path.Combine(Folder, "blank"), StartTimeout = TimeSpan.FromSeconds(3) }, _gateway));

    /// <summary>A program of that name which says it is crun, and does something else when it is to run a container.</summary>
    public string Script(string run, string says = Good)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("N")));
        var path = Path.Combine(folder.FullName, "crun");
        File.WriteAllText(path, $"#!/bin/sh\nif [ \"$1\" = --version ]; then echo '{says}'; exit 0; fi\n{run}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public StartRequest Request(SandboxId id, string? state = null) => new(
        id, new SandboxSpec(), new RootFileSystem([], Writable: false, MultiUser: false), Path.Combine(state ?? Folder, id.Value), this, Detached: true);

    /// <summary>What is on the host of a sandbox that should be gone.</summary>
    public static IReadOnlyList<string> LeftOf(SandboxId id)
    {
        var places = CgroupLayout.Detect().Hierarchies.Select(hierarchy => $"{hierarchy}/caisson/{id.Value}").Append($"/run/caisson-runtimes/{id.Value}").Where(Directory.Exists);
        var processes = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            .Where(pid => Line(pid!).Contains(id.Value, StringComparison.Ordinal)).Select(pid => $"process {pid}: {Line(pid!)}");
        var mounts = File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(id.Value, StringComparison.Ordinal));
        return [.. places, .. processes, .. mounts];
    }

    public void Append(SandboxEvent entry)
    {
    }

    private static string Line(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }
}
