using System.Globalization;
using Caisson.Core.Sandboxes;

namespace Caisson.Backends.Oci;

/// <summary>Where a runtime keeps what it knows of one container; the path is short, since a socket of its own has to fit.</summary>
internal sealed record RuntimePlace(string Directory)
{
    private const string Parent = "/run/caisson-runtimes";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Bundle => Directory;

    public string Configuration => $"{Directory}/config.json";

    public string State => $"{Directory}/state";

    public string PidFile => $"{Directory}/pid";

    public static RuntimePlace Of(SandboxId id) => new($"{Parent}/{id.Value}");

    public static RuntimePlace Create(SandboxId id)
    {
        var place = Of(id);
        System.IO.Directory.CreateDirectory(place.State, Private);
        return place;
    }

    /// <summary>The host pid that the runtime wrote, or 0.</summary>
    public int ReadPid() => File.Exists(PidFile) && int.TryParse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture, out var pid) ? pid : 0;

    public void Remove()
    {
        if (System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory, recursive: true);
    }
}
