namespace Caisson.Linux.Namespaces;

/// <summary>One line of a user namespace's id map.</summary>
/// <param name="Inside">First id inside.</param>
/// <param name="Outside">The id it is outside.</param>
/// <param name="Count">How many ids follow one another.</param>
public readonly record struct IdMap(uint Inside, uint Outside, uint Count)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Inside} {Outside} {Count}";
}
