using Caisson.Core.Failures;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Files;

/// <summary>What an errno means to a caller.</summary>
internal static class FileErrors
{
    public static ErrorCode CodeOf(int error) => error switch
    {
        Errno.ENOENT => ErrorCode.NotFound,
        Errno.EEXIST => ErrorCode.AlreadyExists,
        Errno.EACCES or Errno.EPERM or Errno.EROFS => ErrorCode.PermissionDenied,
        Errno.ENOSPC or Errno.EDQUOT => ErrorCode.ResourceExhausted,
        Errno.ENOTDIR or Errno.EISDIR or Errno.ENAMETOOLONG or Errno.ELOOP or Errno.EINVAL or Errno.ENOTEMPTY or Errno.EXDEV or Errno.EBUSY => ErrorCode.InvalidArgument,
        _ => ErrorCode.Internal,
    };

    // .NET keeps the errno of its own file calls in the low half of HResult.
    public static ErrorCode CodeOf(IOException exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => ErrorCode.NotFound,
        PathTooLongException => ErrorCode.InvalidArgument,
        _ => CodeOf(exception.HResult & 0xffff),
    };
}
