using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Dialects.E2b.Envd.Process.Wire;

namespace Caisson.Dialects.E2b.Envd.Process;

/// <summary>Start requests as the guest takes them.</summary>
internal static class ProcessRequests
{
    private static readonly TerminalSize _usualSize = new(80, 24);

    public static ExecRequest From(StartRequest request, EnvdCall call, TimeSpan? timeout)
    {
        var process = request.Process;
        if (process?.Cmd is not { Length: > 0 } command)
            throw Invalid("process.cmd is required");
        var arguments = process.Args ?? [];
        var environment = process.Envs ?? [];
        if (HasNul(command) || arguments.Exists(HasNul) || HasNul(process.Cwd))
            throw Invalid("cmd, args and cwd must be text without NUL");
        if (arguments.Contains(null!) || environment.Any(pair => pair.Value is null || pair.Key.Length == 0 || pair.Key.Contains('=', StringComparison.Ordinal) || HasNul(pair.Key) || HasNul(pair.Value)))
            throw Invalid("envs must have names without '=' and values that are text without NUL");
        if (timeout == TimeSpan.Zero)
            throw new CaissonException(ErrorCode.DeadlineExceeded, "the deadline had passed before the process was started");
        return new ExecRequest
        {
            Command = command,
            Arguments = arguments,
            Environment = environment,
            WorkingDirectory = process.Cwd is { Length: > 0 } directory ? directory : null,
            User = call.User(),
            Terminal = request.Pty is { } pty ? Size(pty.Size) : null,
            Input = request.Stdin ?? true,
            Tag = request.Tag is { Length: > 0 } tag ? tag : null,
            Timeout = timeout,
            OutputLimit = call.Sandbox.Info.Spec.Resources.OutputBytes,
        };
    }

    public static TerminalSize Size(PtySize? size) => size is null
        ? _usualSize
        : new TerminalSize((ushort)Math.Clamp(size.Cols ?? _usualSize.Columns, 1, ushort.MaxValue), (ushort)Math.Clamp(size.Rows ?? _usualSize.Rows, 1, ushort.MaxValue));

    private static bool HasNul(string? text) => text?.Contains('\0', StringComparison.Ordinal) == true;

    private static CaissonException Invalid(string message) => new(ErrorCode.InvalidArgument, message);
}
