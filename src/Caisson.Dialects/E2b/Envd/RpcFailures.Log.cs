using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.E2b.Envd;

internal sealed partial class RpcFailures
{
    [LoggerMessage(Level = LogLevel.Error, Message = "envd {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception error, string path);
}
