using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Caisson.Core.Failures;

namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>All the files that a monitor sees: copies of its program, libraries and firmware, and the machine's kernel and first file system.</summary>
/// <remarks>Copies, so that nothing else of the host need be shown, and so that an upgrade of the host leaves kept memory its own version.</remarks>
internal sealed class MonitorRoot
{
    public const string Firmware = "/firmware";
    public const string Kernel = "/machine/kernel";
    /// <summary>The beginning of the kernel, for a machine that goes on: its monitor wants one to be named, and never runs it.</summary>
    public const string KernelHead = "/machine/kernel-head";

    public const string InitialRamDisk = "/machine/initrd";

    private const int Layout = 2;
    private const int HeadBytes = 64 << 10;

    private MonitorRoot(string name, string path, string digest) => (Program, Path, Digest) = (ProgramOf(name), path, digest);

    /// <summary>The monitor's program, as seen inside.</summary>
    public string Program { get; }

    /// <summary>Where it lies on the host.</summary>
    public string Path { get; }

    /// <summary>Stands for everything in it.</summary>
    public string Digest { get; }

    /// <summary>Makes it, unless it is there.</summary>
    public static async Task<MonitorRoot> MakeAsync(string cache, MonitorFiles wanted, string guest, CancellationToken cancellation)
    {
        var modules = wanted.Modules.SelectMany(folder => Directory.EnumerateFiles(folder, "*.ko").Order(StringComparer.Ordinal)).ToList();
        var files = await ProgramFilesAsync(wanted.Program, ProgramOf(wanted.Name), cancellation).ConfigureAwait(false);
        files.AddRange(wanted.Further);
        var digest = Digests([.. files.Select(file => file.Source), wanted.Kernel, guest, .. modules]);
        var path = System.IO.Path.Combine(cache, $"monitor-{digest}");
        if (Directory.Exists(path))
            return new MonitorRoot(wanted.Name, path, digest);
        var making = $"{path}.{Guid.NewGuid():N}";
        try
        {
            await FillAsync(making, wanted, files, modules, guest, cancellation).ConfigureAwait(false);
            Directory.Move(making, path);
        }
        catch (IOException) when (Directory.Exists(path))
        {
            // Another server was faster.
        }
        finally
        {
            if (Directory.Exists(making))
                Directory.Delete(making, recursive: true);
        }

        return new MonitorRoot(wanted.Name, path, digest);
    }

    private static async Task FillAsync(string making, MonitorFiles wanted, List<(string Source, string Target)> files, List<string> modules, string guest, CancellationToken cancellation)
    {
        foreach (var folder in (string[])["proc", "dev", "machine", "usr/bin", .. wanted.Folders])
            Directory.CreateDirectory(System.IO.Path.Combine(making, folder));
        foreach (var (source, target) in files.Append((wanted.Kernel, Kernel)))
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(making + target)!);
            File.Copy(source, making + target, overwrite: true);
        }

        await File.WriteAllBytesAsync(making + KernelHead, await HeadAsync(wanted.Kernel, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        await using (var disk = File.Create(making + InitialRamDisk))
            Images.InitialRamDisk.Write(disk, await File.ReadAllBytesAsync(guest, cancellation).ConfigureAwait(false), modules.ConvertAll(File.ReadAllBytes));
    }

    private static async Task<byte[]> HeadAsync(string kernel, CancellationToken cancellation)
    {
        var head = new byte[HeadBytes];
        await using var file = File.OpenRead(kernel);
        return head[..await file.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false, cancellation).ConfigureAwait(false)];
    }

    private static string ProgramOf(string name) => $"/usr/bin/{name}";

    // A program that needs no libraries lists none.
    private static async Task<List<(string Source, string Target)>> ProgramFilesAsync(string program, string inside, CancellationToken cancellation)
    {
        var files = new List<(string, string)> { (program, inside) };
        using var process = Process.Start(new ProcessStartInfo("/lib64/ld-linux-x86-64.so.2", ["--list", program]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new CaissonException(ErrorCode.Unsupported, "the program loader did not start");
        var text = await process.StandardOutput.ReadToEndAsync(cancellation).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        foreach (var line in text.Split('\n'))
        {
            // "libx.so => /lib/x/libx.so (0x...)" or "/lib64/ld.so (0x...)"; what stands for itself is the kernel's.
            var words = line.Trim().Split(' ');
            var path = words is [_, "=>", var found, ..] ? found : words[0];
            if (path.StartsWith('/'))
                files.Add((path, path));
        }

        return files;
    }

    // Sizes and times instead of a hundred megabytes of content: this is asked at every server's start.
    private static string Digests(IReadOnlyList<string> files)
    {
        var text = new StringBuilder().Append(Layout).Append('\n');
        foreach (var file in files.Select(file => new FileInfo(file)))
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{file.FullName}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..32];
    }
}
