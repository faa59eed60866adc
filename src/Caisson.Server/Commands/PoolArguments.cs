using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Engine.Pools;

namespace Caisson.Server.Commands;

/// <summary>What the command line says of pools.</summary>
internal static class PoolArguments
{
    /// <summary>Reads the whole's most and the <c>TEMPLATE=MIN[..MAX]</c> of single templates.</summary>
    public static PoolOptions Read(int max, IEnumerable<string> bounds)
    {
        var options = new PoolOptions { Max = max, Bounds = [.. bounds.Select(Bounds)] };
        options.Check();
        return options;
    }

    private static PoolBounds Bounds(string text)
    {
        var (name, numbers) = text.LastIndexOf('=') is > 0 and var at ? (text[..at], text[(at + 1)..].Split("..")) : ("", []);
        return numbers.Length is 1 or 2 && numbers.All(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? new PoolBounds(name, Number(numbers[0]), numbers.Length == 2 ? Number(numbers[1]) : null)
            : throw new CaissonException(ErrorCode.InvalidArgument, $"--pool must be TEMPLATE=MIN or TEMPLATE=MIN..MAX, not '{text}'.");
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
