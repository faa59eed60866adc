using System.Globalization;
using Caisson.Core.Failures;

namespace Caisson.Engine.Sandboxes;

/// <summary>Which timeouts may be asked for.</summary>
internal static class TimeoutRules
{
    // Far beyond any sandbox's life, and near enough to be added to any date.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(3650);

    /// <summary>Refuses what is longer than this server allows.</summary>
    public static void RequireAllowed(TimeSpan timeout, EngineOptions options)
    {
        var longest = options.MaxTimeout ?? _longest;
        if (timeout > longest)
        {
            var seconds = longest.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            throw new CaissonException(ErrorCode.InvalidArgument, $"Timeout cannot be greater than {seconds} seconds", "Ask for a shorter timeout and extend it while you work.");
        }
    }

    /// <summary>Refuses what a new sandbox cannot be given.</summary>
    public static void RequireCreatable(TimeSpan? timeout, EngineOptions options)
    {
        if (timeout is { } given && given <= TimeSpan.Zero)
            throw new CaissonException(ErrorCode.InvalidArgument, "Timeout must be greater than 0");
        if (timeout is null && options.MaxTimeout is not null)
            throw new CaissonException(ErrorCode.InvalidArgument, "this server does not run sandboxes without a timeout", "Give the sandbox a timeout.");
        if (timeout is { } asked)
            RequireAllowed(asked, options);
    }
}
