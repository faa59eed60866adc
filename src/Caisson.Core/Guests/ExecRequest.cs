namespace Caisson.Core.Guests;

/// <summary>One process to start inside.</summary>
public sealed record ExecRequest
{
    /// <summary>The program: a path, or a name looked up in the process's PATH.</summary>
    public required string Command { get; init; }

    /// <summary>Arguments after the program's name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables over the sandbox's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Absolute or home-relative working directory, or null for the default.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>User name inside, or null for the default.</summary>
    public string? User { get; init; }

    /// <summary>A terminal of this size instead of pipes, or null.</summary>
    public TerminalSize? Terminal { get; init; }

    /// <summary>Whether standard input is a pipe; otherwise it is /dev/null.</summary>
    public bool Input { get; init; }

    /// <summary>A name of the caller's choosing by which the process can be selected.</summary>
    public string? Tag { get; init; }

    /// <summary>The process group is killed after this long; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Output past this many bytes is dropped and the execution says so; 0 for no limit.</summary>
    public long OutputLimit { get; init; }

    /// <summary>Whether what it writes goes to the sandbox's timeline; false for a program that speaks a protocol instead of to people.</summary>
    public bool Journaled { get; init; } = true;
}
