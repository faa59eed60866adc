using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.SandboxFusion.Http;

internal static partial class FusionEndpoint
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Route} failed")]
    private static partial void LogFailed(ILogger log, Exception e, string route);
}
