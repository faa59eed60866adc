using Caisson.Core.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Sandboxes;

public sealed partial class SandboxEngine
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The engine is ready with {Count} sandboxes found again")]
    private partial void LogReady(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sandbox {Id} could not be started")]
    private partial void LogCreateFailed(Exception e, SandboxId? id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The copy of a started sandbox of template {Template} cannot be used; what it runs is started anew")]
    private partial void LogNotCopied(Exception e, string template);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sandbox {Id} could not be let go of")]
    private partial void LogReleaseFailed(Exception e, SandboxId id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Parked sandbox {Id} could not be claimed: {Reason}")]
    private partial void LogNotClaimed(SandboxId id, string reason);
}
