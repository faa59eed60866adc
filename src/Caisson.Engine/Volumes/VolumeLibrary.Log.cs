using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Volumes;

public sealed partial class VolumeLibrary
{
    private readonly ILogger _log = log;

    [LoggerMessage(Level = LogLevel.Error, Message = "Volume {Id} is used by nobody and could not be unmounted")]
    private partial void LogStillMounted(Exception e, string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Volume {Id} is deleted and its files could not be removed")]
    private partial void LogNotRemoved(Exception e, string id);
}
