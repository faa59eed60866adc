namespace Caisson.Core.Failures;

/// <summary>What went wrong, in the terms that every wire protocol of the field can express.</summary>
public enum ErrorCode
{
    InvalidArgument,
    Unauthenticated,
    PermissionDenied,
    NotFound,
    AlreadyExists,

    /// <summary>The state of the resource forbids the call now.</summary>
    Conflict,
    ResourceExhausted,
    DeadlineExceeded,
    Canceled,

    /// <summary>This host, wall or version cannot do it; the message names what is missing.</summary>
    Unsupported,

    /// <summary>The sandbox or the server is not there to answer; trying again may help.</summary>
    Unavailable,
    Internal,
}
