using Caisson.Core.Backends;

namespace Caisson.Core.Advice;

/// <summary>What is known of the host on which a wall is chosen.</summary>
/// <param name="System">Its operating system.</param>
/// <param name="Kvm">Whether virtual machines run on the processor itself.</param>
/// <param name="Walls">Every wall there is, usable or not.</param>
public sealed record HostFacts(HostSystem System, bool Kvm, IReadOnlyList<WallFacts> Walls)
{
    private const string KvmDevice = "/dev/kvm";
    private const string KvmFeature = "kvm";

    /// <summary>This host, given what its walls report. A wall that looked at KVM more closely than at the device's file is believed.</summary>
    public static HostFacts Here(IReadOnlyList<WallFacts> walls)
    {
        var look = walls.SelectMany(wall => wall.Report.Checks).FirstOrDefault(check => check.Feature == KvmFeature);
        return new HostFacts(HostSystem.Linux, look is null ? CanOpen(KvmDevice) : look.State == HostCheckState.Ok, walls);
    }

    private static bool CanOpen(string device)
    {
        try
        {
            using var file = File.OpenHandle(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
