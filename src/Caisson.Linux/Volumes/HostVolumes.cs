using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Caisson.Core.Failures;
using Caisson.Core.Volumes;
using Caisson.Linux.Files;
using Caisson.Linux.Interop;

namespace Caisson.Linux.Volumes;

/// <summary>Volumes as sparse ext4 images on loop devices.</summary>
public sealed class HostVolumes : IVolumeHost
{
    // Inodes that the file system and our two directories take for themselves.
    private const int OwnInodes = 16;
    private const UnixFileMode All = (UnixFileMode)0x1FF;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <inheritdoc/>
    public async Task FormatAsync(string image, VolumeQuota quota, CancellationToken cancellation)
    {
        RequireRoot();
        var skeleton = image + ".d";
        try
        {
            Directory.CreateDirectory(Path.Combine(skeleton, MountedVolume.Content));
            File.SetUnixFileMode(Path.Combine(skeleton, MountedVolume.Content), All);
            Directory.CreateDirectory(Path.Combine(skeleton, MountedVolume.Beside), Private);
            await using (var file = new FileStream(image, FileMode.CreateNew))
                file.SetLength(quota.Bytes / 4096 * 4096);
            // A volume outlives a crash of the host, so unlike a sandbox's disk it has a journal.
            await RunAsync(
                [
                    "-q", "-F", "-b", "4096", "-m", "0", "-N", (quota.Files + OwnInodes).ToString(CultureInfo.InvariantCulture),
                    "-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard", "-d", skeleton, image,
                ],
                cancellation).ConfigureAwait(false);
            await using var made = new FileStream(image, FileMode.Open, FileAccess.ReadWrite);
            made.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(image);
            throw;
        }
        finally
        {
            if (Directory.Exists(skeleton))
                Directory.Delete(skeleton, recursive: true);
        }
    }

    /// <inheritdoc/>
    public Task<IMountedVolume> MountAsync(string image, string place, CancellationToken cancellation) => Task.Run<IMountedVolume>(
        () =>
        {
            RequireRoot();
            try
            {
                Directory.CreateDirectory(place, Private);
                // One device an image: two would be two file systems that know nothing of each other.
                using var device = LoopDevice.Find(image) ?? LoopDevice.Attach(image);
                LinuxException.Check(Libc.Mount(device.Path, place, "ext4", Flags.MS_NOSUID | Flags.MS_NODEV, "noinit_itable"), $"mount {place}");
                try
                {
                    return MountedVolume.Open(place);
                }
                catch
                {
                    Unmount(place);
                    throw;
                }
            }
            catch (LinuxException e)
            {
                throw new CaissonException(ErrorCode.Internal, $"the volume could not be mounted: {e.Message}", "run 'caisson doctor'", inner: e);
            }
        },
        cancellation);

    /// <inheritdoc/>
    public void Sweep(string directory)
    {
        foreach (var place in MountTable.Below(directory).Reverse())
            Unmount(place);
    }

    /// <summary>Takes a mount away; programs that have something of it open keep that.</summary>
    internal static void Unmount(string place)
    {
        if (Libc.Unmount(place, Flags.MNT_DETACH) != 0 && Marshal.GetLastPInvokeError() is var error and not (Errno.EINVAL or Errno.ENOENT))
            throw new CaissonException(ErrorCode.Internal, $"{place} could not be unmounted: {Errno.NameOf(error)}");
    }

    private static void RequireRoot()
    {
        if (Libc.GetUid() != 0)
            throw new CaissonException(ErrorCode.Unsupported, "volumes need the server to be run by root", "run the server as root");
    }

    private static async Task RunAsync(string[] arguments, CancellationToken cancellation)
    {
        using var process = Start(arguments);
        try
        {
            var error = await process.StandardError.ReadToEndAsync(cancellation).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw new CaissonException(ErrorCode.Internal, $"mkfs.ext4 failed: {error.Trim()}", "see that the state directory's disk has room");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("mkfs.ext4", arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CaissonException(ErrorCode.Unsupported, "mkfs.ext4 is not there", "install e2fsprogs", inner: e);
        }
    }
}
