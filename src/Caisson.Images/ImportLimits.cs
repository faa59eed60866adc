namespace Caisson.Images;

/// <summary>How large an image may be; beyond any of it the import is refused and nothing is left.</summary>
public sealed record ImportLimits
{
    /// <summary>Bytes of an archive after its own compression, layers as they are in it.</summary>
    public long ArchiveBytes { get; init; } = 32L << 30;

    /// <summary>Bytes of all files of all layers.</summary>
    public long RootBytes { get; init; } = 16L << 30;

    /// <summary>Entries of all layers.</summary>
    public int Entries { get; init; } = 1_000_000;

    /// <summary>Layers of one image.</summary>
    public int Layers { get; init; } = 127;
}
