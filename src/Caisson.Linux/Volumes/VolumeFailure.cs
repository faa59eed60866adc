using Caisson.Core.Failures;
using Caisson.Linux.Interop;

namespace Caisson.Linux.Volumes;

/// <summary>What the kernel's errors mean to whoever asked for a path of a volume.</summary>
internal static class VolumeFailure
{
    public static CaissonException Of(LinuxException e, string path) => e.Error switch
    {
        Errno.ENOENT => new CaissonException(ErrorCode.NotFound, $"path '{path}' does not exist", inner: e),
        Errno.EEXIST => new CaissonException(ErrorCode.AlreadyExists, $"path '{path}' exists already", "Ask to replace it, or choose another.", inner: e),
        Errno.ENOTDIR => new CaissonException(ErrorCode.NotFound, $"a part of '{path}' is no directory", inner: e),
        Errno.EISDIR => new CaissonException(ErrorCode.Conflict, $"path '{path}' is a directory", "Remove it first.", inner: e),
        Errno.ENOTEMPTY => new CaissonException(ErrorCode.Conflict, $"directory '{path}' is not empty", "Remove it first.", inner: e),
        Errno.EXDEV => new CaissonException(ErrorCode.InvalidArgument, $"path '{path}' leads out of the volume", inner: e),
        Errno.ELOOP => new CaissonException(ErrorCode.InvalidArgument, $"path '{path}' goes through too many links", inner: e),
        Errno.ENAMETOOLONG => new CaissonException(ErrorCode.InvalidArgument, "a name of the path is too long", inner: e),
        Errno.EINVAL => new CaissonException(ErrorCode.InvalidArgument, $"path '{path}' cannot be moved into itself", inner: e),
        Errno.ENOSPC or Errno.EDQUOT => new CaissonException(ErrorCode.ResourceExhausted, "the volume is full", "Remove something from it, or make a larger one.", inner: e),
        Errno.EAGAIN => new CaissonException(ErrorCode.Conflict, $"path '{path}' kept changing while it was looked for", "Try again.", inner: e),
        _ => new CaissonException(ErrorCode.Internal, $"the volume failed: {e.Message}", inner: e),
    };
}
