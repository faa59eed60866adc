using System.Runtime.InteropServices;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Walls.Staging;

/// <summary>Empty stand-ins for protected paths that are absent, made before the start and removed at the end.</summary>
internal sealed partial class MountPoints : IDisposable
{
    private const int Shared = 1;
    private const int ExclusiveNow = 2 | 4;
    private const UnixFileMode FileMark = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode DirectoryMark = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private readonly List<(Mount Mount, SafeFileHandle Lock)> _mounts = [];

    /// <summary>The mount with every protected path below an absent directory held by that directory: nothing can be made there, and one stand-in does for all.</summary>
    public static Mount Shallow(Mount mount) => mount.Protected.Any(path => !path.Exists && path.RelativePath.Contains('/', StringComparison.Ordinal))
        ? mount with { Protected = [.. mount.Protected.Select(path => Shallow(mount.Source, path)).DistinctBy(path => path.RelativePath, StringComparer.Ordinal)] }
        : mount;

    /// <summary>Makes what is missing for a mount's protected paths; a link in the way is a refusal.</summary>
    public void Prepare(Mount mount)
    {
        if (mount.Protected.Count == 0)
            return;
        // Removing a stand-in while another sandbox has it mounted would take its protection away: the last one to leave removes them.
        var folder = Libc.Open(mount.Source, Flags.O_RDONLY | Flags.O_DIRECTORY | Flags.O_CLOEXEC, 0);
        var held = new SafeFileHandle(LinuxException.Check(folder, mount.Source), ownsHandle: true);
        LinuxException.Check(Lock(folder, Shared), "flock");
        _mounts.Add((mount, held));
        var settled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in mount.Protected)
        {
            var current = mount.Source.TrimEnd('/');
            var parts = path.RelativePath.Split('/');
            for (var i = 0; i < parts.Length; i++)
            {
                current = $"{current}/{parts[i]}";
                if (settled.Add(current))
                    Settle(current, isDirectory: i < parts.Length - 1 || path.IsDirectory);
            }
        }
    }

    /// <summary>Whether a path is a stand-in, of this sandbox or another one.</summary>
    public static bool IsStandIn(string path) => new FileInfo(path) is { Exists: true } file && file.UnixFileMode == FileMark && file.Length == ContentOf(path).Length;

    public void Dispose()
    {
        foreach (var (mount, held) in _mounts)
        {
            using (held)
            {
                if (Lock((int)held.DangerousGetHandle(), ExclusiveNow) != 0)
                    continue;
                foreach (var path in mount.Protected)
                    RemoveStandIns(mount.Source.TrimEnd('/'), path.RelativePath);
            }
        }

        _mounts.Clear();
    }

    private static ProtectedPath Shallow(string root, ProtectedPath path)
    {
        for (var end = path.RelativePath.IndexOf('/', StringComparison.Ordinal); end > 0; end = path.RelativePath.IndexOf('/', end + 1))
        {
            var above = path.RelativePath[..end];
            if (IsAbsent($"{root}/{above}"))
                return new ProtectedPath(above, IsDirectory: true, Exists: false);
        }

        return path;
    }

    // Another run in the same workspace may have made its stand-in for it already, and may be about to remove it.
    private static bool IsAbsent(string directory)
    {
        try
        {
            return !Path.Exists(directory) || (Directory.Exists(directory) && File.GetUnixFileMode(directory) == DirectoryMark && !Directory.EnumerateFileSystemEntries(directory).Any());
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void RemoveStandIns(string root, string relative)
    {
        for (var path = $"{root}/{relative}"; path.Length > root.Length; path = Path.GetDirectoryName(path)!)
        {
            try
            {
                // Ours are empty and have a mode that nobody chooses by accident.
                if (Directory.Exists(path) && File.GetUnixFileMode(path) == DirectoryMark)
                    Directory.Delete(path, recursive: false);
                else if (IsStandIn(path))
                    File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    private static void Settle(string path, bool isDirectory)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new CaissonException(
                ErrorCode.InvalidArgument,
                $"{path} is a symbolic link, so the wall cannot keep it read-only",
                "replace the link by what it points to, or choose another workspace");
        }

        // A mode that the caller's mask cuts short would not be known again as a stand-in's.
        if (isDirectory && !Directory.Exists(path))
        {
            Directory.CreateDirectory(path, DirectoryMark);
            File.SetUnixFileMode(path, DirectoryMark);
        }
        else if (!isDirectory && !Path.Exists(path))
        {
            MakeFile(path);
        }
    }

    private static void MakeFile(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(file, ContentOf(path), 0);
            File.SetUnixFileMode(file, FileMark);
        }
        catch (IOException) when (new FileInfo(path) is { Exists: true, LinkTarget: null })
        {
            // Another run in the same workspace was faster.
        }
    }

    // Git takes a repository whose commondir is empty for a broken one; this leads back to where it lies.
    private static ReadOnlySpan<byte> ContentOf(string path) => Path.GetFileName(path) == "commondir" ? ".\n"u8 : [];

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int fd, int operation);
}
