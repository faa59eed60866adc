using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Walls.Staging;

/// <summary>The steps of which a stage is made: mounts, clones of mounts, directories and small files.</summary>
internal sealed unsafe partial class StageScript(ForkScript script)
{
    public const long ReadOnly = 0x1;
    public const long NoSuid = 0x2;
    public const long NoDev = 0x4;
    public const long NoExec = 0x8;
    /// <summary>How failures to find a volume's place begin.</summary>
    public const string VolumePlace = "volume at ";
    private const long MapIds = 0x00100000;
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    // An overlay would copy one that is there for a writer; a pipe in its place must not be waited for.
    private const int CreateForReading = 0x40 | Flags.O_RDONLY | Flags.O_NONBLOCK | Flags.O_CLOEXEC;
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    /// <summary>Opens a detached clone of a mount with these attributes; returns the step that holds its descriptor.</summary>
    public int Clone(string path, long attributes, SafeFileHandle? ids = null)
    {
        const int CloneCloseOnExec = 1 | 0x80000;
        const int Recursive = 0x8000;
        var tree = script.Add($"open_tree {path}", Sys.OpenTree, CurrentDirectory, Text(path), CloneCloseOnExec | Recursive);
        SetAttributes(path, ForkScript.Result(tree), Text(""), EmptyPath | Recursive, ids is null ? attributes : attributes | MapIds, ids);
        return tree;
    }

    /// <summary>Clones a directory below a root that may hold links which lead astray; one in the way is a failure.</summary>
    public int CloneWithin(string root, string relative)
    {
        const int CloneCloseOnExec = 1 | 0x80000;
        var top = OpenRoot(root);
        var directory = OpenFrom(top, relative, $"open {relative}", ByPath | Flags.O_DIRECTORY, Beneath | NoSymbolicLinks);
        return script.Add($"open_tree {relative}", Sys.OpenTree, ForkScript.Result(directory), Text(""), EmptyPath | CloneCloseOnExec);
    }

    /// <summary>Puts a clone over a path that is there.</summary>
    public void Attach(int clone, string target)
    {
        const int EmptySource = 4;
        script.Add($"move_mount {target}", Sys.MoveMount, ForkScript.Result(clone), Text(""), CurrentDirectory, Text(target), EmptySource);
    }

    /// <summary>Puts a clone over a directory below a root that others have written: each part of the way is made if need be, and none may be a link.</summary>
    public void AttachBelow(int clone, string root, string target)
    {
        var at = OpenRoot(root);
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            script.AddOptional($"mkdir {part}", Sys.MkdirAt, ForkScript.Result(at), Text(part), 0x1ED);
            at = OpenFrom(at, part, $"{VolumePlace}{target}", ByPath | Flags.O_DIRECTORY, Beneath | NoSymbolicLinks | NoMagicLinks);
        }

        AttachTo(clone, at, target);
    }

    /// <summary>Removes an empty directory if it is there.</summary>
    public void RemoveDirectory(string path) => script.AddOptional($"rmdir {path}", Sys.UnlinkAt, CurrentDirectory, Text(path), 0x200);

    /// <summary>Removes a file if it is there.</summary>
    public void RemoveFile(string path) => script.AddOptional($"unlink {path}", Sys.UnlinkAt, CurrentDirectory, Text(path), 0);

    /// <summary>Takes a mount away, if it is there.</summary>
    public void Detach(string target) => script.AddOptional($"umount {target}", Sys.Unmount2, Text(target), Flags.MNT_DETACH);

    /// <summary>Clones a mount and puts the clone over a path that is there.</summary>
    public void Bind(string source, string target, long attributes) => Attach(Clone(source, attributes), target);

    public void Mount(string? source, string target, string? type, nuint flags, string? data)
    {
        const int MountNumber = 165;
        script.Add($"mount {target}", MountNumber, Text(source), Text(target), Text(type), (nint)flags, Text(data));
    }

    /// <summary>Makes one mount, not those below it, read-only.</summary>
    public void MakeReadOnly(string target) => SetAttributes(target, CurrentDirectory, Text(target), 0, ReadOnly, null);

    /// <summary>Makes a directory and those above it, as far as they are not there, below <paramref name="root"/>.</summary>
    /// <param name="root">A directory that is there.</param>
    /// <param name="path">An absolute path as seen from it.</param>
    /// <param name="owner">Who will own those that are made.</param>
    public void MakeDirectories(string root, string path, uint owner = 0)
    {
        for (var slash = path.IndexOf('/', 1); ; slash = path.IndexOf('/', slash + 1))
        {
            var part = slash < 0 ? path : path[..slash];
            if (part.Length > 1 && _made.Add(root + part))
            {
                const int MakeDirectory = 83;
                const int ChangeOwner = 92;
                script.AddOptional($"mkdir {part}", MakeDirectory, Text(root + part), 0x1ED);
                if (owner != 0)
                    script.AddOptional($"chown {part}", ChangeOwner, Text(root + part), (nint)owner, (nint)owner);
            }

            if (slash < 0)
                return;
        }
    }

    /// <summary>Makes an empty file, unless it is there, in a directory that is there.</summary>
    public void MakeFile(string path)
    {
        Close(script.Add($"create {path}", Sys.Open, Text(path), CreateForReading, 0x1A4));
    }

    /// <summary>Makes a file with the content of a file or descriptor of the host.</summary>
    public void Copy(string path, string source, int length)
    {
        var from = script.Add($"open {source}", Sys.Open, Text(source), Flags.O_RDONLY | Flags.O_CLOEXEC);
        Send(path, ForkScript.Result(from), length);
        Close(from);
    }

    /// <summary>Makes a file with this content.</summary>
    public void Write(string path, ReadOnlySpan<byte> content)
    {
        var file = Create(path);
        script.Add($"write {path}", Sys.Write, ForkScript.Result(file), (nint)script.Memory.Copy(content), content.Length);
        Close(file);
    }

    /// <summary>Makes a file with the content of an open file of the host, from its start.</summary>
    public void Copy(string path, SafeFileHandle source, int length) => Send(path, source.DangerousGetHandle(), length);

    public void Link(string target, string path)
    {
        const int SymbolicLink = 88;
        script.Add($"symlink {path}", SymbolicLink, Text(target), Text(path));
    }

    private void Send(string path, nint source, int length)
    {
        const int SendFile = 40;
        var file = Create(path);
        var offset = (nint)script.Memory.Allocate(8);
        script.Add($"sendfile {path}", SendFile, ForkScript.Result(file), source, offset, length);
        Close(file);
    }

    private int Create(string path)
    {
        const int CreateFile = 0x40 | 0x1 | Flags.O_CLOEXEC;
        return script.Add($"create {path}", Sys.Open, Text(path), CreateFile, 0x1A4);
    }

    private void Close(int step) => script.Add("close", Sys.Close, ForkScript.Result(step));

    private void SetAttributes(string path, nint directory, nint name, int flags, long set, SafeFileHandle? ids)
    {
        // struct mount_attr: attr_set, attr_clr, propagation, userns_fd
        var attributes = (long*)script.Memory.Allocate(32);
        (attributes[0], attributes[3]) = (set, ids?.DangerousGetHandle() ?? 0);
        script.Add($"mount attributes of {path}", Sys.MountSetAttr, directory, name, flags, (nint)attributes, 32);
    }

    private nint Text(string? text) => text is null ? 0 : (nint)script.Memory.Copy(text);
}
