namespace Caisson.Server.Api.Snapshots;

/// <summary>What forks are to be.</summary>
internal sealed record CreateForks
{
    /// <summary>How many, 1 to 100.</summary>
    public int Count { get; set; } = 1;

    /// <summary>How long each lives: 1 to 2592000 seconds.</summary>
    public int TimeoutSeconds { get; set; } = 300;

    /// <summary>False to take the files alone; otherwise a sandbox in which processes run is refused where its wall cannot keep them.</summary>
    public bool Memory { get; set; } = true;
}
