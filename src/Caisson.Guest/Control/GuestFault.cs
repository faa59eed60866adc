using Caisson.Core.Failures;

namespace Caisson.Guest.Control;

/// <summary>A failure that the host is told in these words.</summary>
internal sealed class GuestFault(ErrorCode code, string message) : Exception(message)
{
    public ErrorCode Code => code;
}
