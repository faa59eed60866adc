namespace Caisson.Interpreter.Languages;

/// <summary>One language and how its kernels are started.</summary>
/// <param name="Name">The name that contexts carry.</param>
/// <param name="Aliases">Other names by which it may be asked for.</param>
/// <param name="Command">The kernel's program and arguments; a name of a kernel file stands for its path inside.</param>
/// <param name="Packages">The programs it needs and the system packages that bring them.</param>
internal sealed record Language(string Name, IReadOnlyList<string> Aliases, IReadOnlyList<string> Command, IReadOnlyList<RequiredProgram> Packages)
{
    /// <summary>The zygote that kernels are forked from, or null where each is a program of its own.</summary>
    public string? Zygote { get; init; }
}
