namespace Caisson.Dialects.E2b.Volumes.Wire;

internal sealed class VolumeMetadata
{
    public uint? Uid { get; set; }

    public uint? Gid { get; set; }

    public int? Mode { get; set; }
}
