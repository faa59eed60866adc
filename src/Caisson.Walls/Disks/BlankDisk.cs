using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Caisson.Core.Failures;

namespace Caisson.Walls.Disks;

/// <summary>Disks of sandboxes: sparse ext4 images, formatted once a size and copied without their holes.</summary>
internal sealed class BlankDisk(string directory)
{
    /// <summary>How many layer trees a disk has room for.</summary>
    public const int Trees = 4;
    private readonly ConcurrentDictionary<long, Lazy<Task<string>>> _blanks = new();

    /// <summary>Makes a disk of that many bytes at a path.</summary>
    public async Task CreateAsync(string path, long bytes, CancellationToken cancellation)
    {
        var size = Math.Max(bytes, 16L << 20) / 4096 * 4096;
        var blank = await _blanks.GetOrAdd(size, s => new Lazy<Task<string>>(() => FormatAsync(s))).Value.WaitAsync(cancellation).ConfigureAwait(false);
        DiskImage.Copy(blank, path);
    }

    private async Task<string> FormatAsync(long size)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, $"blank-{size.ToString(CultureInfo.InvariantCulture)}.ext4");
        if (File.Exists(path))
            return path;
        var making = $"{path}.{Guid.NewGuid():N}";
        var skeleton = $"{making}.d";
        try
        {
            for (var i = 0; i < Trees; i++)
            {
                Directory.CreateDirectory($"{skeleton}/upper{i}");
                Directory.CreateDirectory($"{skeleton}/work{i}");
            }

            await using (var file = new FileStream(making, FileMode.CreateNew))
                file.SetLength(size);
            await RunAsync("mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-m", "0", "-E", "lazy_itable_init=1,nodiscard", "-d", skeleton, making).ConfigureAwait(false);
            File.Move(making, path, overwrite: true);
            return path;
        }
        finally
        {
            File.Delete(making);
            if (Directory.Exists(skeleton))
                Directory.Delete(skeleton, recursive: true);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new CaissonException(ErrorCode.Unsupported, $"{program} did not start", "install e2fsprogs");
        var error = await process.StandardError.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new CaissonException(ErrorCode.Internal, $"{program} failed: {error.Trim()}", "see that the state directory's disk has room");
    }
}
