using Caisson.Linux.Forking;
using Caisson.Linux.Interop;

namespace Caisson.Walls.Staging;

/// <summary>Steps below a root that code inside may have written to before: a sandbox can be made of what another one left.</summary>
internal sealed unsafe partial class StageScript
{
    private const int ByPath = Flags.O_PATH | Flags.O_CLOEXEC;
    private const int NoMagicLinks = 0x02;
    private const int NoSymbolicLinks = 0x04;
    private const int Beneath = 0x08;
    private const int InRoot = 0x10;

    /// <summary>Puts a clone in its place below a root. The way is made and gone as if that were the root of all: a link in it leads nowhere else.</summary>
    /// <param name="root">A directory that is there.</param>
    /// <param name="target">An absolute path as seen from it.</param>
    /// <param name="clone">The step that holds the clone.</param>
    /// <param name="isDirectory">Whether the clone is of a directory.</param>
    /// <param name="owner">Who will own the directories on the way that are made.</param>
    public void AttachWithin(string root, string target, int clone, bool isDirectory, uint owner)
    {
        const int NoFollow = 0x100;
        var top = OpenRoot(root);
        var parts = target.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < (isDirectory ? parts.Length : parts.Length - 1); i++)
        {
            if (!_made.Add($"{root}/{string.Join('/', parts[..(i + 1)])}"))
                continue;
            var above = OpenWithin(top, string.Join('/', parts[..i]), ByPath | Flags.O_DIRECTORY);
            script.AddOptional($"mkdir {parts[i]}", Sys.MkdirAt, ForkScript.Result(above), Text(parts[i]), 0x1ED);
            if (owner != 0)
                script.AddOptional($"chown {parts[i]}", Sys.FchownAt, ForkScript.Result(above), Text(parts[i]), (nint)owner, (nint)owner, NoFollow);
            Close(above);
        }

        if (!isDirectory)
            Close(OpenWithin(top, target, CreateForReading, 0x1A4));
        var place = OpenWithin(top, target, ByPath);
        AttachTo(clone, place, target);
        Close(place);
        Close(top);
    }

    private int OpenRoot(string root) => script.Add($"open {root}", Sys.Open, Text(root), ByPath | Flags.O_DIRECTORY);

    private int OpenWithin(int top, string path, int flags, int mode = 0) =>
        OpenFrom(top, path.Length == 0 ? "." : path, $"open {path}", flags, InRoot | NoMagicLinks, mode);

    private int OpenFrom(int directory, string path, string name, int flags, int resolve, int mode = 0)
    {
        // struct open_how: flags, mode, resolve
        var how = (long*)script.Memory.Allocate(24);
        (how[0], how[1], how[2]) = (flags, mode, resolve);
        return script.Add(name, Sys.OpenAt2, ForkScript.Result(directory), Text(path), (nint)how, 24);
    }

    private void AttachTo(int clone, int place, string target)
    {
        const int EmptySourceAndTarget = 0x44;
        script.Add($"move_mount {target}", Sys.MoveMount, ForkScript.Result(clone), Text(""), ForkScript.Result(place), Text(""), EmptySourceAndTarget);
    }
}
