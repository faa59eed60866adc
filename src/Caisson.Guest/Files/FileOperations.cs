using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Guest.Control;
using Caisson.Guest.Users;
using Caisson.Linux.Interop;
using Caisson.Protocol.Messages;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Guest.Files;

/// <summary>What can be done to files; on worker threads.</summary>
internal static class FileOperations
{
    private const int Piece = 64 << 10;
    private const int EntriesPerReply = 256;

    public static Entry Stat(string path) => Describe(path) ?? throw Missing(path);

    public static void List(string path, int depth, GuestStream stream)
    {
        var status = FileStatus.Read(path, follow: true) ?? throw Missing(path);
        if (!status.IsDirectory)
            throw new GuestFault(ErrorCode.InvalidArgument, $"path '{path}' is not a directory");
        var batch = new EntryList();
        var left = GuestLimits.ListedEntries;
        foreach (var entry in Walk(path, depth))
        {
            batch.Entries.Add(entry);
            if (--left == 0)
                break;
            if (batch.Entries.Count < EntriesPerReply)
                continue;
            if (!stream.ReplyWaiting(new Reply { Entries = batch }))
                return;
            batch = new EntryList();
        }

        if (stream.ReplyWaiting(new Reply { Entries = batch }))
            stream.End();
    }

    public static Entry MakeDirectory(string path, UserAccount user)
    {
        if (FileStatus.Read(path, follow: true) is { } status)
        {
            throw status.IsDirectory
                ? new GuestFault(ErrorCode.AlreadyExists, $"directory already exists: {path}")
                : new GuestFault(ErrorCode.InvalidArgument, $"path already exists but it is not a directory: {path}");
        }

        Ownership.MakeParents(path, user);
        Ownership.MakeDirectory(path, user);
        return Stat(path);
    }

    public static Entry Move(string source, string destination, UserAccount user)
    {
        var status = FileStatus.Read(source, follow: false) ?? throw Missing(source);
        Ownership.MakeParents(destination, user);
        if (status.IsDirectory)
            Directory.Move(source, destination);
        else
            File.Move(source, destination, overwrite: true);
        return Stat(destination);
    }

    public static void Remove(string path)
    {
        if (FileStatus.Read(path, follow: false) is not { } status)
            return;
        if (status.IsDirectory)
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    public static void Read(string path, ReadFile request, GuestStream stream)
    {
        var entry = Stat(path);
        using var file = Open(path, Flags.O_RDONLY);
        if (!stream.ReplyWaiting(new Reply { Entry = entry }))
            return;
        var buffer = new byte[Piece];
        var offset = request.Offset;
        var left = request.HasLength ? request.Length : long.MaxValue;
        int count;
        while (left > 0 && (count = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(left, Piece)), offset)) > 0)
        {
            if (!stream.SendWaiting(buffer.AsSpan(0, count)))
                return;
            offset += count;
            left -= count;
        }

        stream.End();
    }

    public static Entry Write(string path, UserAccount user, WriteFile request, GuestStream stream)
    {
        Ownership.MakeParents(path, user);
        const int Create = 0x40;
        const int Truncate = 0x200;
        using (var file = Open(path, Flags.O_WRONLY | Create | (request.Append ? 0 : Truncate), request.Mode == 0 ? 0x1A4 : request.Mode))
        {
            var offset = request.Append ? RandomAccess.GetLength(file) : 0;
            while (stream.ReadWaiting() is { } data)
            {
                RandomAccess.Write(file, data, offset);
                offset += data.Length;
            }
        }

        Ownership.Give(path, user);
        if (request.SetMetadata)
            ExtendedAttributes.Replace(path, request.Metadata);
        return Stat(path);
    }

    public static Entry Compose(IReadOnlyList<string> sources, string destination, UserAccount user)
    {
        Ownership.MakeParents(destination, user);
        var joining = $"{destination}.{Guid.NewGuid():N}.part";
        try
        {
            using (var target = new FileStream(joining, FileMode.CreateNew, FileAccess.Write))
            {
                foreach (var source in sources)
                {
                    using var part = new FileStream(Open(source, Flags.O_RDONLY), FileAccess.Read);
                    part.CopyTo(target);
                }
            }

            File.Move(joining, destination, overwrite: true);
        }
        finally
        {
            File.Delete(joining);
        }

        Ownership.Give(destination, user);
        foreach (var source in sources.Where(s => !string.Equals(s, destination, StringComparison.Ordinal)))
            File.Delete(source);
        return Stat(destination);
    }

    /// <summary>Describes a path, or null when it is not there.</summary>
    public static Entry? Describe(string path)
    {
        if (FileStatus.Read(path, follow: false) is not { } own)
            return null;
        var target = own.IsLink ? FileStatus.Read(path, follow: true) : own;
        var entry = new Entry
        {
            Name = path == "/" ? "/" : Path.GetFileName(path),
            Path = path,
            Type = (int)TypeOf(target),
            Size = target?.Size ?? own.Size,
            Mode = (target?.Mode ?? own.Mode) & 0xFFF,
            FileMode = own.Mode,
            Owner = UserDatabase.NameOfUser(own.Uid),
            Group = UserDatabase.NameOfGroup(own.Gid),
            ModifiedNs = own.ModifiedNanoseconds,
        };
        if (own.IsLink)
            entry.LinkTarget = target is null ? Path.GetFullPath(new FileInfo(path).LinkTarget ?? "", Path.GetDirectoryName(path)!) : RealPath.Of(path);
        if (target is { IsRegular: true })
            ExtendedAttributes.Read(path, entry.Metadata);
        return entry;
    }

    private static FileEntryType TypeOf(FileStatus? status) => status switch
    {
        null => FileEntryType.Unknown,
        { IsRegular: true } => FileEntryType.File,
        { IsDirectory: true } => FileEntryType.Directory,
        _ => FileEntryType.Other,
    };

    private static IEnumerable<Entry> Walk(string directory, int depth)
    {
        IEnumerable<string> names;
        try
        {
            names = Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal).ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It went away, or may not be read, while its parent was being listed.
            yield break;
        }

        foreach (var path in names)
        {
            if (Describe(path) is not { } entry)
                continue;
            yield return entry;
            if (depth > 1 && entry.Type == (int)FileEntryType.Directory && entry.LinkTarget.Length == 0)
            {
                foreach (var below in Walk(path, depth - 1))
                    yield return below;
            }
        }
    }

    // Not blocking, and regular files only: a pipe or device put there by the code inside must not hold us up.
    private static SafeFileHandle Open(string path, int flags, int mode = 0)
    {
        var fd = Libc.Open(path, flags | Flags.O_NONBLOCK | Flags.O_NOCTTY | Flags.O_CLOEXEC, mode);
        if (fd < 0)
        {
            var failure = LinuxException.Last(path);
            throw failure.Error switch
            {
                Errno.ENOENT => Missing(path),
                Errno.EISDIR => IsDirectory(path),
                _ => failure,
            };
        }

        var handle = new SafeFileHandle(fd, ownsHandle: true);
        var status = FileStatus.Read(fd);
        if (status.IsRegular)
            return handle;
        handle.Dispose();
        throw status.IsDirectory ? IsDirectory(path) : new GuestFault(ErrorCode.InvalidArgument, $"path '{path}' is not a regular file");
    }

    private static GuestFault Missing(string path) => new(ErrorCode.NotFound, $"path '{path}' does not exist");

    private static GuestFault IsDirectory(string path) => new(ErrorCode.InvalidArgument, $"path '{path}' is a directory");
}
