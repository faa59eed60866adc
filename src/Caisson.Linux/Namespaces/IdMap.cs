namespace Caisson.Linux.Namespaces;

/// <summary>One line of a user namespace's id map.</summary>
/// <param name="Inside">First id inside.</param>
/// <param name="Outside">The id it is outside.</param>
/// <param name="Count">How many ids follow one another.</param>
public readonly record struct IdMap(uint Inside, uint Outside, uint Count)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Inside} {Outside} {Count}";

    /// <summary>Maps ids 0 to <paramref name="count"/> - 1 onto a range so that <paramref name="first"/> comes to lie at its start.</summary>
    public static IReadOnlyList<IdMap> Range(uint start, uint count, uint first = 0)
    {
        if (first == 0)
            return [new IdMap(0, start, count)];
        if (first >= count)
            return [new IdMap(first, start, 1), new IdMap(0, start + 1, count - 1)];
        return [new IdMap(first, start, 1), new IdMap(0, start + 1, first), .. first + 1 < count ? [new IdMap(first + 1, start + first + 1, count - first - 1)] : Array.Empty<IdMap>()];
    }

    /// <summary>Maps ids 0 to <paramref name="count"/> - 1 onto themselves, but for two that change places.</summary>
    public static IReadOnlyList<IdMap> Swap(uint count, uint one, uint other)
    {
        if (one == other)
            return [new IdMap(0, 0, count)];
        List<IdMap> maps = [new IdMap(one, other, 1), new IdMap(other, one, 1)];
        uint start = 0;
        foreach (var taken in (uint[])[Math.Min(one, other), Math.Max(one, other), count])
        {
            var end = Math.Min(taken, count);
            if (end > start)
                maps.Add(new IdMap(start, start, end - start));
            start = Math.Max(start, end + 1);
        }

        return maps;
    }

    /// <summary>The lines of a map file.</summary>
    public static string Format(IEnumerable<IdMap> maps) => string.Join('\n', maps);
}
