using System.Text.Json.Serialization;

namespace Caisson.Client;

/// <summary>One independent execution: code of a language, or a command. What is null takes the server's default.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RolloutTask
{
    /// <summary>The caller's own name for it, passed back with the result.</summary>
    public string? Name { get; set; }

    /// <summary>The language of <see cref="Code"/>, such as python.</summary>
    public string? Language { get; set; }

    /// <summary>The code; not with <see cref="Command"/>.</summary>
    public string? Code { get; set; }

    /// <summary>A program to run instead of code.</summary>
    public string? Command { get; set; }

    /// <summary>Arguments after the command.</summary>
    public IReadOnlyList<string>? Arguments { get; set; }

    /// <summary>What it finds on standard input.</summary>
    public string? Stdin { get; set; }

    /// <summary>Files to put there first, by path.</summary>
    public IReadOnlyDictionary<string, byte[]>? Files { get; set; }

    /// <summary>Files to give back; missing ones are left out.</summary>
    public IReadOnlyList<string>? Fetch { get; set; }

    /// <summary>The working directory.</summary>
    public string? Cwd { get; set; }

    /// <summary>The user inside.</summary>
    public string? User { get; set; }

    /// <summary>Variables of every step.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; set; }

    /// <summary>The template's name.</summary>
    public string? Template { get; set; }

    /// <summary>The wall's name.</summary>
    public string? Wall { get; set; }

    /// <summary>Upper bounds on what it may use.</summary>
    public RolloutLimits? Resources { get; set; }

    /// <summary>Whether it must have a sandbox of its own, even where a fork of a ready interpreter would do.</summary>
    public bool? Fresh { get; set; }

    /// <summary>The whole process tree is killed after this many seconds.</summary>
    public double? TimeoutSeconds { get; set; }

    /// <summary>The same for compiling.</summary>
    public double? CompileTimeoutSeconds { get; set; }

    /// <summary>The most bytes of each of standard output and standard error; more ends it.</summary>
    public int? OutputLimit { get; set; }
}
