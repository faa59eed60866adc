namespace Caisson.Server.Api.Processes;

/// <summary>One program to run inside.</summary>
// Settable: the JSON source generator gives init-only properties that are left out null in place of their defaults.
internal sealed record ExecBody
{
    /// <summary>The program: a path, or a name looked up in PATH.</summary>
    public required string Command { get; init; }

    /// <summary>Arguments after the program's name.</summary>
    public List<string> Arguments { get; set; } = [];

    /// <summary>Variables over the sandbox's own.</summary>
    public Dictionary<string, string>? Environment { get; set; }

    /// <summary>The working directory, or null for the default.</summary>
    public string? Cwd { get; set; }

    /// <summary>The user inside, or null for the default.</summary>
    public string? User { get; set; }

    /// <summary>The whole process tree is killed after this many seconds; null for no limit.</summary>
    public double? TimeoutSeconds { get; set; }

    /// <summary>A name by which the process can be told.</summary>
    public string? Tag { get; set; }

    /// <summary>A terminal of this size instead of pipes, or null.</summary>
    public TerminalBody? Terminal { get; set; }

    /// <summary>Whether input will be sent with the input route; for streamed executions.</summary>
    public bool Input { get; set; }

    /// <summary>Text given to standard input, which is then closed; for collected executions.</summary>
    public string? Stdin { get; set; }

    /// <summary>Output past this many bytes is dropped and the result says so; null for the sandbox's own limit.</summary>
    public long? OutputLimit { get; set; }
}
