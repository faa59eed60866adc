using System.CommandLine;

namespace Caisson.Cli;

/// <summary>One command of the command line, not yet made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Create">Makes it.</param>
internal sealed record NamedCommand(string Name, Func<Command> Create);
