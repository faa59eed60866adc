using Caisson.Core.Failures;
using Microsoft.Data.Sqlite;

namespace Caisson.Store;

/// <summary>What SQLite's errors mean to the server.</summary>
internal static class StoreFailure
{
    // Result codes of SQLite: https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Interrupted = 9;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int NotADatabase = 26;

    public static Exception Of(SqliteException e, string path, CancellationToken cancellation) => e.SqliteErrorCode switch
    {
        Interrupted when cancellation.IsCancellationRequested => new OperationCanceledException("the call of the store was cancelled", e, cancellation),
        Corrupt or NotADatabase => Damaged(path, e),
        Busy => new CaissonException(ErrorCode.Unavailable, $"the store {path} is held by another process", "Stop the other process, or try again.", inner: e),
        Full => new CaissonException(ErrorCode.ResourceExhausted, $"the disk of the store {path} is full", "Make room on it.", FailureKind.Infrastructure, e),
        _ => new CaissonException(ErrorCode.Internal, $"the store {path} failed: {e.Message}", inner: e),
    };

    public static CaissonException Damaged(string path, Exception? e) => new(
        ErrorCode.Internal,
        $"the store {path} is damaged; it was left as it is",
        "Restore it from a copy, or move it away to start with an empty one.",
        inner: e);
}
