using Microsoft.Extensions.Logging;

namespace Caisson.Network.Egress;

public sealed partial class EgressSession
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection from a sandbox could not be accepted")]
    private static partial void LogAcceptFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The egress gateway failed on a connection")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
