using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Core.Volumes;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Volumes;

/// <summary>A mounted volume's content by handles of its root: no path of the host is ever put together from what a caller or a sandbox says.</summary>
internal sealed partial class VolumeFiles(SafeFileHandle root, RemovedFiles removed) : IVolumeFiles
{
    private const int MostEntries = 50_000;
    private const int DeepestListing = 64;

    public Task<VolumeEntry> StatAsync(string path, CancellationToken cancellation) => RunAsync(path, at => Stat(at), cancellation);

    public Task<IReadOnlyList<VolumeEntry>> ListAsync(string path, int depth, CancellationToken cancellation) => RunAsync<IReadOnlyList<VolumeEntry>>(
        path,
        at =>
        {
            if (depth is < 1 or > DeepestListing)
                throw new CaissonException(ErrorCode.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"the depth of a listing is 1 to {DeepestListing}"));
            var found = new List<VolumeEntry>();
            using var directory = Beneath.Open(root, at.Relative, Flags.O_RDONLY | Flags.O_DIRECTORY);
            List(directory, at.Relative, depth, found, cancellation);
            found.Sort((x, y) => string.CompareOrdinal(x.Path, y.Path));
            return found;
        },
        cancellation);

    public Task<Stream> ReadAsync(string path, CancellationToken cancellation) => RunAsync<Stream>(
        path,
        at =>
        {
            // First by its path alone: opening a pipe or a socket would be an act in itself.
            using var found = Beneath.Open(root, at.Relative, Flags.O_PATH);
            if (FileStatus.Of(found, at.Absolute).Type is var type && type != VolumeEntryType.File)
                throw new CaissonException(ErrorCode.InvalidArgument, type == VolumeEntryType.Directory ? $"path '{at.Absolute}' is a directory" : $"path '{at.Absolute}' is no regular file");
            var opened = Libc.Open(SelfPath(found), Flags.O_RDONLY | Flags.O_NOCTTY | Flags.O_CLOEXEC, 0);
            return new FileStream(new SafeFileHandle(LinuxException.Check(opened, at.Absolute), ownsHandle: true), FileAccess.Read);
        },
        cancellation);

    public Task<VolumeEntry> ChangeAsync(string path, VolumeAttributes attributes, CancellationToken cancellation) => RunAsync(
        path,
        at =>
        {
            Check(attributes);
            using var file = Beneath.Open(root, at.Relative, Flags.O_PATH | Flags.O_NOFOLLOW);
            Apply(file, at, attributes, FileStatus.Of(file, at.Absolute).Type);
            return FileStatus.Of(file, at.Absolute);
        },
        cancellation);

    private VolumeEntry Stat(VolumePath at)
    {
        using var file = Beneath.Open(root, at.Relative, Flags.O_PATH | Flags.O_NOFOLLOW);
        return FileStatus.Of(file, at.Absolute);
    }

    private static void List(SafeFileHandle directory, string path, int depth, List<VolumeEntry> found, CancellationToken cancellation)
    {
        while (DirectoryNames.Next(directory) is { } names)
        {
            foreach (var name in names.Select(bytes => System.Text.Encoding.UTF8.GetString(bytes.AsSpan()[..^1])))
            {
                cancellation.ThrowIfCancellationRequested();
                if (found.Count == MostEntries)
                    throw new CaissonException(ErrorCode.ResourceExhausted, string.Create(CultureInfo.InvariantCulture, $"the listing has more than {MostEntries} entries"), "List a directory further down, or with less depth.");
                var below = path.Length == 0 ? name : $"{path}/{name}";
                try
                {
                    using var file = Beneath.Open(directory, name, Flags.O_PATH | Flags.O_NOFOLLOW);
                    var entry = FileStatus.Of(file, "/" + below);
                    found.Add(entry);
                    if (entry.Type != VolumeEntryType.Directory || depth == 1)
                        continue;
                    using var inside = Beneath.Open(file, "", Flags.O_RDONLY | Flags.O_DIRECTORY);
                    List(inside, below, depth - 1, found, cancellation);
                }
                catch (LinuxException e) when (e.Error == Errno.ENOENT)
                {
                    // It went while we looked, or its name is no text.
                }
            }
        }
    }

    private static void Check(VolumeAttributes attributes)
    {
        if (attributes.User > 65_535 || attributes.Group > 65_535)
            throw new CaissonException(ErrorCode.InvalidArgument, "owner and group of a volume's file are 0 to 65535");
        if (attributes.Mode is < 0 or > 0x3FF)
            throw new CaissonException(ErrorCode.InvalidArgument, "the mode of a volume's file is at most 1777 octal");
    }

    private static unsafe void Apply(SafeFileHandle file, VolumePath at, VolumeAttributes attributes, VolumeEntryType type)
    {
        const int EmptyPath = 0x1000;
        var nothing = stackalloc byte[1];
        if (attributes.User is not null || attributes.Group is not null)
        {
            LinuxException.Check(
                Libc.Syscall(Sys.FchownAt, file.DangerousGetHandle(), (nint)nothing, (int?)attributes.User ?? -1, (int?)attributes.Group ?? -1, EmptyPath), at.Absolute);
        }

        if (attributes.Mode is not { } mode)
            return;
        if (type == VolumeEntryType.Symlink)
            throw new CaissonException(ErrorCode.InvalidArgument, $"path '{at.Absolute}' is a link, which has no permissions of its own");
        fixed (byte* self = Beneath.Name(SelfPath(file)))
            LinuxException.Check(Libc.Syscall(Sys.FchmodAt, -100, (nint)self, mode), at.Absolute);
    }

    private static string SelfPath(SafeFileHandle file) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}");

    private static Task<T> RunAsync<T>(string path, Func<VolumePath, T> work, CancellationToken cancellation) => Task.Run(
        () =>
        {
            var at = VolumePath.Parse(path);
            try
            {
                return work(at);
            }
            catch (LinuxException e)
            {
                throw VolumeFailure.Of(e, at.Absolute);
            }
        },
        cancellation);
}
