using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.E2b.Routing;

internal sealed partial class DataPlane
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} to a sandbox failed")]
    private static partial void LogFailed(ILogger logger, Exception error, string method, string path);
}
