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

    /// <summary>Serial of a layer.</summary>
    public static string Layer(int place) => $"layer{place}";

    /// <summary>Serial of the disk of a sandbox before it.</summary>
    public static string Captured(int place) => $"before{place}";
}
