using Caisson.Core.Failures;
using Caisson.Dialects.SweRex.Http;

namespace Caisson.Dialects.SweRex.Files;

/// <summary>Failures of files as the client's language has them.</summary>
internal static class FileFailures
{
    /// <summary>Does something with a path.</summary>
    public static async Task<T> GuardAsync<T>(string path, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (CaissonException e)
        {
            if (Of(e, path) is { } raised)
                throw raised;
            throw;
        }
    }

    public static RaisedFailure TooLarge(string path) => Numbered("OSError", 27, "File too large", path);

    private static RaisedFailure? Of(CaissonException e, string path) => e switch
    {
        { Code: ErrorCode.NotFound } => Numbered("FileNotFoundError", 2, "No such file or directory", path),
        { Code: ErrorCode.PermissionDenied } => Numbered("PermissionError", 13, "Permission denied", path),
        { Code: ErrorCode.InvalidArgument } when e.Message.Contains("is a directory", StringComparison.Ordinal) => Numbered("IsADirectoryError", 21, "Is a directory", path),
        { Code: ErrorCode.InvalidArgument } => Numbered("OSError", 22, e.Message, path),
        { Code: ErrorCode.ResourceExhausted } => Numbered("OSError", 28, "No space left on device", path),
        _ => null,
    };

    private static RaisedFailure Numbered(string name, int number, string text, string path) =>
        RaisedFailure.Builtin(name, $"[Errno {number}] {text}: {PythonText.Quote(path)}");
}
