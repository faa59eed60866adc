using System.Text;
using Caisson.Linux.Files;

namespace Caisson.Images.Layers;

/// <summary>Paths of a layer's entries.</summary>
internal static class LayerPath
{
    private const int LongestPath = 4095;
    private const int LongestName = 255;

    /// <summary>The path below the root without <c>.</c>, empty for the root itself; one that leads upward or is too long is refused.</summary>
    public static string Read(string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(name) > LongestPath)
            throw new InvalidDataException("a path of the layer is longer than 4095 bytes or has a NUL in it");
        string[] parts = [.. name.Split('/').Where(part => part is not ("" or "."))];
        if (parts.Contains("..", StringComparer.Ordinal))
            throw new InvalidDataException("a path of the layer leads upward ('..')");
        if (parts.Length > ContainedTree.MaxDepth || parts.Any(part => Encoding.UTF8.GetByteCount(part) > LongestName))
            throw new InvalidDataException($"a path of the layer is more than {ContainedTree.MaxDepth} directories deep, or has a name longer than 255 bytes");
        return string.Join('/', parts);
    }
}
