using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.E2b.ControlPlane;

internal static partial class ControlEndpoint
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception error, string method, string path);
}
