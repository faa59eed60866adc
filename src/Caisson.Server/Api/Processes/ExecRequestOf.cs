using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Server.Api.Processes;

/// <summary>Turns a request into an execution, refusing what cannot be meant.</summary>
internal static class ExecRequestOf
{
    private const double LongestTimeout = 30 * 24 * 3600;
    private const int MostArguments = 10_000;

    /// <summary>The execution that a body asks for.</summary>
    public static ExecRequest Body(ExecBody body)
    {
        if (body.Command.Length == 0 || body.Arguments.Count > MostArguments)
            throw new CaissonException(ErrorCode.InvalidArgument, $"'command' must not be empty and 'arguments' hold at most {MostArguments}.");
        Check.Text(body.Command, "command");
        foreach (var argument in body.Arguments)
            Check.Text(argument ?? throw new CaissonException(ErrorCode.InvalidArgument, "'arguments' has a null in it."), "arguments");
        if (body.TimeoutSeconds is <= 0 or > LongestTimeout)
            throw new CaissonException(ErrorCode.InvalidArgument, $"'timeoutSeconds' must be above 0 and at most {LongestTimeout}.");
        if (body.Stdin is not null && (body.Input || body.Terminal is not null))
            throw new CaissonException(ErrorCode.InvalidArgument, "'stdin' goes with neither 'input' nor 'terminal'.");
        if (body.Tag is not null)
            Check.Name(body.Tag, "tag");
        Check.Range(body.OutputLimit ?? 0, 0, long.MaxValue, "outputLimit");
        return new ExecRequest
        {
            Command = body.Command,
            Arguments = body.Arguments,
            Environment = Check.Environment(body.Environment),
            WorkingDirectory = body.Cwd is null ? null : Check.Path(body.Cwd, "cwd"),
            User = Check.User(body.User),
            Terminal = body.Terminal is null ? null : Size(body.Terminal),
            Input = body.Input || body.Stdin is not null,
            Tag = body.Tag,
            Timeout = body.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            OutputLimit = body.OutputLimit ?? 0,
        };
    }

    /// <summary>The terminal size that a body asks for.</summary>
    public static TerminalSize Size(TerminalBody body)
    {
        Check.Range(body.Columns, 1, 10_000, "columns");
        Check.Range(body.Rows, 1, 10_000, "rows");
        return new TerminalSize((ushort)body.Columns, (ushort)body.Rows);
    }
}
