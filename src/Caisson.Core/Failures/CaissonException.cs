namespace Caisson.Core.Failures;

/// <summary>A typed failure: what happened, whose fault it is and what to do about it.</summary>
public sealed class CaissonException : Exception
{
    /// <summary>Makes a failure; <paramref name="remedy"/> is one sentence telling the reader what to do.</summary>
    public CaissonException(ErrorCode code, string message, string? remedy = null, FailureKind? kind = null, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Remedy = remedy;
        Kind = kind ?? KindOf(code);
    }

    /// <summary>What went wrong.</summary>
    public ErrorCode Code { get; }

    /// <summary>Whose fault it is.</summary>
    public FailureKind Kind { get; }

    /// <summary>What to do about it, or null where the message says it all.</summary>
    public string? Remedy { get; }

    private static FailureKind KindOf(ErrorCode code) => code switch
    {
        ErrorCode.Internal or ErrorCode.Unavailable or ErrorCode.Unsupported => FailureKind.Infrastructure,
        ErrorCode.PermissionDenied or ErrorCode.Unauthenticated => FailureKind.Policy,
        ErrorCode.DeadlineExceeded => FailureKind.Timeout,
        ErrorCode.ResourceExhausted => FailureKind.Quota,
        _ => FailureKind.Task,
    };
}
