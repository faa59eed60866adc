using Caisson.Core.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Sandboxes;

internal sealed partial class SandboxRecovery
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Sandbox {Id} runs behind the wall {Wall}, which this server was not given; it is left alone")]
    private partial void LogUnknownWall(SandboxId id, string wall);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sandbox {Id} could not be attached to; it is left alone until the next start")]
    private partial void LogAttachFailed(Exception e, SandboxId id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sandbox {Id} belonged to nobody and was removed")]
    private partial void LogSwept(SandboxId id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sandbox {Id} belongs to nobody and could not be removed")]
    private partial void LogSweepFailed(Exception e, SandboxId id);
}
