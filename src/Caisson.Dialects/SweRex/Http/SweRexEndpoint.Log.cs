using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.SweRex.Http;

internal sealed partial class SweRexEndpoint
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Call} failed")]
    private partial void LogFailed(Exception e, string call);
}
