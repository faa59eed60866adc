namespace Caisson.Server.Api.Snapshots;

/// <summary>What a snapshot is to be.</summary>
internal sealed record CreateSnapshot
{
    /// <summary>A name of a-z, 0-9, '-' and '_'; the snapshot of that name and tag is replaced.</summary>
    public string? Name { get; set; }

    /// <summary>Which of that name.</summary>
    public string Tag { get; set; } = "default";

    /// <summary>False to take the files alone; otherwise a sandbox in which processes run is refused where its wall cannot keep them.</summary>
    public bool Memory { get; set; } = true;
}
