namespace Caisson.Engine.Rollouts;

/// <summary>One program of an execution; the next step runs only if it ends with exit code 0.</summary>
public sealed record RolloutStep
{
    /// <summary>What the step is called in the result, such as <c>compile</c> or <c>run</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The program: a path, or a name looked up in PATH.</summary>
    public required string Command { get; init; }

    /// <summary>Arguments after the program's name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What it finds on standard input, or null for none.</summary>
    public ReadOnlyMemory<byte>? Stdin { get; init; }

    /// <summary>Its whole process tree is killed after this long.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The most bytes kept of standard output, and as many of standard error.</summary>
    public int OutputLimit { get; init; } = 1 << 20;

    /// <summary>Whether output beyond the limit ends the program with <see cref="RolloutLabel.Quota"/>, or is only cut off.</summary>
    public bool EndAtOutputLimit { get; init; } = true;

    /// <summary>Whether the program is the template's and not the code's: its absence is then a failure of ours.</summary>
    public bool IsToolchain { get; init; }
}
