using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Timeline;

internal sealed partial class TimelineWriter
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Timeline entries could not be written: {Reason}")]
    private partial void LogWriteFailed(string reason);
}
