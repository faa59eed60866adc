using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Rollouts;

public sealed partial class RolloutEngine
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Rollout {Id} goes on with {Left} of its {Total} executions")]
    private partial void LogResumed(string id, int left, int total);

    [LoggerMessage(Level = LogLevel.Error, Message = "The rollout in {Path} cannot be read and is left alone")]
    private partial void LogUnreadable(Exception e, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "A result of rollout {Id} could not be kept")]
    private partial void LogNotKept(Exception e, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Rollout {Id} could not be removed: {Reason}")]
    private partial void LogNotRemoved(string id, string reason);
}
