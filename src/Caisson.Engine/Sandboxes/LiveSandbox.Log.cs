using Caisson.Core.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Sandboxes;

internal sealed partial class LiveSandbox
{
    // A rollout makes sandboxes by the thousand and tells of each in its results.
    private bool IsMute => _info.Spec.Metadata.ContainsKey(Rollouts.Running.FreshSandboxes.Label);

    private void LogMoved(SandboxId id, SandboxState state, string reason) => LogMoved(_parts.Log, IsMute ? LogLevel.Debug : LogLevel.Information, id, state, reason);

    private void LogKillFailed(Exception e, SandboxId id, int attempt) => LogKillFailed(_parts.Log, e, id, attempt);

    private void LogDirectoryLeft(SandboxId id, string reason) => LogDirectoryLeft(_parts.Log, id, reason);

    private void LogStillInStore(Exception e, SandboxId id) => LogStillInStore(_parts.Log, e, id);

    private void LogNotMeasured(SandboxId id, string reason) => LogNotMeasured(_parts.Log, id, reason);

    private void LogNotUndone(Exception e, SandboxId id) => LogNotUndone(_parts.Log, e, id);

    private void LogNotStored(Exception e, SandboxId id) => LogNotStored(_parts.Log, e, id);

    private void LogNotSettled(Exception e, SandboxId id) => LogNotSettled(_parts.Log, e, id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sandbox {Id} could not be taken back to where it was before a change")]
    private static partial void LogNotUndone(ILogger log, Exception e, SandboxId id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The memory of sandbox {Id} could not be written to disk")]
    private static partial void LogNotStored(ILogger log, Exception e, SandboxId id);

    [LoggerMessage(Level = LogLevel.Error, Message = "The timeout of sandbox {Id} could not be carried out; it is tried again")]
    private static partial void LogNotSettled(ILogger log, Exception e, SandboxId id);

    [LoggerMessage(Message = "Sandbox {Id} is {State}: {Reason}")]
    private static partial void LogMoved(ILogger log, LogLevel level, SandboxId id, SandboxState state, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sandbox {Id} could not be taken down, attempt {Attempt}")]
    private static partial void LogKillFailed(ILogger log, Exception e, SandboxId id, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The directory of sandbox {Id} could not be removed: {Reason}")]
    private static partial void LogDirectoryLeft(ILogger log, SandboxId id, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sandbox {Id} has ended and could not be removed from the store")]
    private static partial void LogStillInStore(ILogger log, Exception e, SandboxId id);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Sandbox {Id} could not be measured: {Reason}")]
    private static partial void LogNotMeasured(ILogger log, SandboxId id, string reason);
}
