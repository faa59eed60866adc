using Microsoft.Extensions.Logging;

namespace Caisson.Backends.Docker;

/// <summary>What the Docker wall logs.</summary>
internal static partial class DockerLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The container {Container} could not be removed; it is swept when the daemon answers again")]
    public static partial void ContainerLeft(ILogger log, Exception failure, string container);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed the container {Container} of a sandbox that is no more")]
    public static partial void ContainerSwept(ILogger log, string container);
}
