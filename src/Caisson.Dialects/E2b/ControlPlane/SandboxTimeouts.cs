using Caisson.Dialects.E2b.Http;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Checks timeouts, which the protocol gives in whole seconds.</summary>
internal static class SandboxTimeouts
{
    public static TimeSpan Positive(int seconds, E2bOptions options) =>
        seconds > 0 ? Bounded(seconds, options) : throw new E2bHttpException(400, "Timeout must be greater than 0");

    public static TimeSpan Bounded(int seconds, E2bOptions options)
    {
        var timeout = TimeSpan.FromSeconds(seconds);
        return timeout <= options.LongestTimeout
            ? timeout
            : throw new E2bHttpException(400, $"Timeout cannot be greater than {options.LongestTimeout.TotalHours:0.##} hours");
    }
}
