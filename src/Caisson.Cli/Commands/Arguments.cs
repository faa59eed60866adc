using System.CommandLine;
using System.Globalization;
using Caisson.Core.Failures;

namespace Caisson.Cli.Commands;

/// <summary>Arguments and options that several commands share.</summary>
internal static class Arguments
{
    /// <summary>The id of a sandbox.</summary>
    public static Argument<string> Sandbox() => new("id") { Description = "The sandbox's id." };

    /// <summary>A program and its arguments.</summary>
    public static Argument<string[]> Program(ArgumentArity arity) => new("command") { Description = "The program and its arguments, after --.", Arity = arity };

    /// <summary>Repeated <c>NAME=VALUE</c>.</summary>
    public static Option<string[]> Pairs(string name, string description) => new(name) { Description = description + " NAME=VALUE, may be repeated." };

    /// <summary>A length of time.</summary>
    public static Option<string?> Time(string description) => new("--timeout") { Description = description + " A number and s, m, h or d." };

    /// <summary>Reads repeated <c>NAME=VALUE</c>.</summary>
    public static Dictionary<string, string> ReadPairs(string[]? pairs)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs ?? [])
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at < 1)
                throw new CaissonException(ErrorCode.InvalidArgument, $"'{pair}' is not NAME=VALUE.");
            result[pair[..at]] = pair[(at + 1)..];
        }

        return result;
    }

    /// <summary>Reads a length of time such as 90s, or null.</summary>
    public static TimeSpan? ReadTime(string? text)
    {
        if (text is null)
            return null;
        var unit = text.Length > 1 ? text[^1] : '?';
        var seconds = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        if (seconds == 0 || !double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count is <= 0 or > 1e6)
            throw new CaissonException(ErrorCode.InvalidArgument, $"'{text}' is not a length of time.", "Write a number and s, m, h or d, such as 90s.");
        return TimeSpan.FromSeconds(count * seconds);
    }
}
