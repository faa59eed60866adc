using Caisson.Core.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Templates;

public sealed partial class TemplateEngine
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Build {Build} is ready")]
    private partial void LogReady(string build);

    [LoggerMessage(Level = LogLevel.Information, Message = "Build {Build} failed at step {Step}: {Reason}")]
    private partial void LogFailed(Exception? e, string build, string? step, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "What became of build {Build} could not be written")]
    private partial void LogNotSaved(Exception e, string build);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sandbox {Id} of a build could not be ended: {Reason}")]
    private partial void LogNotEnded(SandboxId id, string reason);
}
