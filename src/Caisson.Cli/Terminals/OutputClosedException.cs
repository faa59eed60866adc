namespace Caisson.Cli.Terminals;

/// <summary>Nobody reads our output any more.</summary>
internal sealed class OutputClosedException(int exitCode) : IOException("nobody reads the output any more")
{
    /// <summary>The exit code that a program ended by SIGPIPE has in a shell.</summary>
    public int ExitCode => exitCode;
}
