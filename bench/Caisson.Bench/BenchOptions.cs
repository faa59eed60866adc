namespace Caisson.Bench;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Names">Scenarios to run; all when empty.</param>
/// <param name="Rounds">Measured rounds, or null for each scenario's own number.</param>
/// <param name="Check">Few rounds and only generous bounds, for the test run.</param>
/// <param name="Binaries">Where the built programs lie.</param>
internal sealed record BenchOptions(IReadOnlyList<string> Names, int? Rounds, bool Check, string Binaries)
{
    /// <summary>Reads the arguments; throws <see cref="ArgumentException"/> on one that is not known.</summary>
    public static BenchOptions Parse(string[] arguments)
    {
        var names = new List<string>();
        int? rounds = null;
        var check = false;
        string? binaries = null;
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--rounds" when i + 1 < arguments.Length && int.TryParse(arguments[++i], out var count) && count > 0:
                    rounds = count;
                    break;
                case "--binaries" when i + 1 < arguments.Length:
                    binaries = Path.GetFullPath(arguments[++i]);
                    break;
                case "--check":
                    check = true;
                    break;
                case ['-', ..]:
                    throw new ArgumentException($"'{arguments[i]}' is not an option: [names...] [--rounds N] [--check]", nameof(arguments));
                default:
                    names.Add(arguments[i]);
                    break;
            }
        }

        return new BenchOptions(names, rounds, check, binaries ?? throw new ArgumentException("--binaries DIRECTORY is missing", nameof(arguments)));
    }
}
