using Caisson.Dialects.SweRex.Wire;

namespace Caisson.Dialects.SweRex.Http;

/// <summary>A failure that the client raises as an exception of its own language, which it makes of the class's path and one message.</summary>
internal sealed class RaisedFailure(string classPath, string message, IReadOnlyDictionary<string, string>? extra = null) : Exception(message)
{
    private static readonly Dictionary<string, string> _nothing = [];

    /// <summary>As it goes over the wire; there is no traceback of ours to show.</summary>
    public RaisedException Wire => new(Message, classPath, extra ?? _nothing);

    public static RaisedFailure SessionExists(string name) => Protocol("SessionExistsError", $"session {name} already exists");

    public static RaisedFailure NoSession(string name) => Protocol("SessionDoesNotExistError", $"session {PythonText.Quote(name)} does not exist");

    public static RaisedFailure TimedOut(string message) => Protocol("CommandTimeoutError", message);

    public static RaisedFailure NonZero(string message, string prefix) =>
        Protocol("NonZeroExitCodeError", prefix.Length > 0 ? $"{prefix}: {message}" : message);

    public static RaisedFailure NoExitCode(string message) => Protocol("NoExitCodeError", message);

    public static RaisedFailure Syntax(string message, string output, string error) =>
        new("swerex.exceptions.BashIncorrectSyntaxError", message, new Dictionary<string, string>(StringComparer.Ordinal) { ["bash_stdout"] = output, ["bash_stderr"] = error });

    /// <summary>The sandbox is not what the client takes it for.</summary>
    public static RaisedFailure Lost(string message) => Protocol("SwerexException", message);

    /// <summary>What a session's shell gives when it has ended.</summary>
    public static RaisedFailure EndOfShell(string message) => new("pexpect.exceptions.EOF", message);

    /// <summary>What a session gives when it does not come to its prompt.</summary>
    public static RaisedFailure NoPrompt(string message) => new("pexpect.exceptions.TIMEOUT", message);

    /// <summary>One of the language's own.</summary>
    public static RaisedFailure Builtin(string name, string message) => new("builtins." + name, message);

    private static RaisedFailure Protocol(string name, string message) => new("swerex.exceptions." + name, message);
}
