namespace Caisson.Server.Api.Problems;

internal sealed partial class ProblemMiddleware
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void RequestFailed(string method, string path, Exception exception);
}
