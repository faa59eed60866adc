namespace Caisson.Cli.Run;

/// <summary>What was asked for on the command line of <c>caisson run</c>, as text.</summary>
internal sealed record RunOptions
{
    public required IReadOnlyList<string> Command { get; init; }

    public IReadOnlyList<string> Workspaces { get; init; } = [];

    public IReadOnlyList<string> ReadOnly { get; init; } = [];

    public IReadOnlyList<string> Allow { get; init; } = [];

    public IReadOnlyList<string> Deny { get; init; } = [];

    public IReadOnlyList<string> Environment { get; init; } = [];

    public string? Memory { get; init; }

    public int? Pids { get; init; }

    public double? Cpus { get; init; }

    public string? Disk { get; init; }

    public string? Output { get; init; }

    public string? Timeout { get; init; }

    public string? Settings { get; init; }

    public string? Wall { get; init; }

    public string? Dns { get; init; }

    public bool Json { get; init; }
}
