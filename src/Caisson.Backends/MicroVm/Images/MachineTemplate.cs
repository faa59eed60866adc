using Caisson.Core.Sandboxes;
using Caisson.Protocol.Messages;

namespace Caisson.Backends.MicroVm.Images;

/// <summary>The root of a template as disks: which image is which, and what they are mounted over.</summary>
/// <param name="Layers">The images; the place of each is the number in its disk's serial.</param>
/// <param name="Trees">Mount points and the serials of their layers.</param>
internal sealed record MachineTemplate(IReadOnlyList<LayerImage> Layers, IReadOnlyList<MachineTree> Trees)
{
    /// <summary>Serial of the disk that the sandbox writes to.</summary>
    public const string Disk = "disk";

    /// <summary>How many disks of sandboxes before it a machine has room for.</summary>
    public const int MaxCaptured = 8;

    /// <summary>The root of a sandbox.</summary>
    /// <param name="resources">What it may use.</param>
    /// <param name="captured">How many sandboxes before it it stands on.</param>
    public EnterRoot Root(Resources resources, int captured)
    {
        var root = new EnterRoot { Disk = Disk, Pids = resources.Pids, Cpus = resources.Cpus };
        root.Trees.Add(Trees);
        root.Captured.Add(Enumerable.Range(0, captured).Select(Captured));
        return root;
    }

    /// <summary>Serial of a layer.</summary>
    public static string Layer(int place) => $"layer{place}";

    /// <summary>Serial of the disk of a sandbox before it.</summary>
    public static string Captured(int place) => $"before{place}";
}
