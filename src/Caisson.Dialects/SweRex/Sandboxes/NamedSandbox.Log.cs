using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.SweRex.Sandboxes;

internal sealed partial class NamedSandbox
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Sessions of {Sandbox} that an earlier server left could not be ended")]
    private partial void LogNotSwept(Exception e, string sandbox);
}
