using Caisson.Core.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Pools;

internal sealed partial class SandboxPools
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A sandbox could not be started ahead for template {Template} behind wall {Wall}")]
    private partial void LogStartFailed(Exception e, string template, string wall);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Parked sandbox {Id} died while it waited: {Reason}")]
    private partial void LogDied(SandboxId id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no pool for template {Template}: {Reason}")]
    private partial void LogNoPool(string template, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking after the pools failed; it is tried again")]
    private partial void LogKeepFailed(Exception e);
}
