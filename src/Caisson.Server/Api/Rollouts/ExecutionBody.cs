using Caisson.Server.Api.Sandboxes;

namespace Caisson.Server.Api.Rollouts;

/// <summary>One independent execution: code of a language, or a command.</summary>
// Settable: the JSON source generator gives init-only properties that are left out null in place of their defaults.
internal sealed record ExecutionBody
{
    /// <summary>The caller's own name for it, passed back with the result.</summary>
    public string? Name { get; set; }

    /// <summary>The language of <c>code</c>, such as python; not with <c>command</c>.</summary>
    public string? Language { get; set; }

    /// <summary>The code; not with <c>command</c>.</summary>
    public string? Code { get; set; }

    /// <summary>A program to run instead of code: a path, or a name looked up in PATH.</summary>
    public string? Command { get; set; }

    /// <summary>Arguments after the command.</summary>
    public List<string> Arguments { get; set; } = [];

    /// <summary>What the code or command finds on standard input.</summary>
    public string? Stdin { get; set; }

    /// <summary>Files to put there first: base64 by path, absolute or relative to <c>cwd</c>.</summary>
    public Dictionary<string, byte[]>? Files { get; set; }

    /// <summary>Files to give back at the end, absolute or relative to <c>cwd</c>; missing ones are left out, 16 MiB together at most.</summary>
    public List<string> Fetch { get; set; } = [];

    /// <summary>The working directory.</summary>
    public string Cwd { get; set; } = "/home/user";

    /// <summary>The user inside, or null for the default.</summary>
    public string? User { get; set; }

    /// <summary>Variables of every step.</summary>
    public Dictionary<string, string>? Environment { get; set; }

    /// <summary>The template's name or content address.</summary>
    public string Template { get; set; } = "base";

    /// <summary>The wall's name, or null for the server's default.</summary>
    public string? Wall { get; set; }

    /// <summary>Upper bounds on what it may use.</summary>
    public ResourceLimits? Resources { get; set; }

    /// <summary>Where connections from inside may go; nothing gets out when left out.</summary>
    public EgressBody? Egress { get; set; }

    /// <summary>Whether it must have a sandbox of its own, even where a fork of a ready interpreter in a cell would do: for code that is known to be hostile.</summary>
    public bool Fresh { get; set; }

    /// <summary>The whole process tree is killed after this many seconds, at most 3600.</summary>
    public double TimeoutSeconds { get; set; } = 10;

    /// <summary>The same for compiling, where the language has such a step.</summary>
    public double CompileTimeoutSeconds { get; set; } = 30;

    /// <summary>The most bytes of each of standard output and standard error, at most 8 MiB; more ends it as <c>quota</c>.</summary>
    public int OutputLimit { get; set; } = 1 << 20;
}
