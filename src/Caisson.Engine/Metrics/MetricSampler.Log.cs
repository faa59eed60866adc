using Caisson.Core.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Metrics;

internal sealed partial class MetricSampler
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Sandbox {Id} could not be measured: {Reason}")]
    private partial void LogNoSample(SandboxId id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Measuring sandbox {Id} failed")]
    private partial void LogSampleFailed(Exception e, SandboxId id);
}
