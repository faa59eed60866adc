namespace Caisson.Server.Api.Volumes;

/// <summary>What a new volume is to be.</summary>
internal sealed record CreateVolume
{
    /// <summary>Its name: 1 to 128 of a-z, A-Z, 0-9, <c>-</c> and <c>_</c>.</summary>
    public required string Name { get; set; }

    /// <summary>The most it holds, 16 MiB to 256 GiB, a part of which its file system takes for itself; 1 GiB when left out.</summary>
    public long? Bytes { get; set; }

    /// <summary>How many files, directories and links it holds; 65536 when left out.</summary>
    public int? Files { get; set; }
}
