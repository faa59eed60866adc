using System.Security.Cryptography;
using System.Text;

namespace Caisson.Engine.Templates.Builds;

/// <summary>What a build has come to after some of its steps.</summary>
/// <param name="Base">The template at the bottom.</param>
/// <param name="Layer">The address of the topmost layer, or null where nothing was written yet.</param>
/// <param name="Environment">Variables so far.</param>
/// <param name="User">The user so far, or null for the default.</param>
/// <param name="Directory">The directory so far, or null for the user's home.</param>
internal sealed record BuildState(string Base, string? Layer, IReadOnlyDictionary<string, string> Environment, string? User, string? Directory)
{
    /// <summary>A hash of everything that what comes next depends on.</summary>
    public string Key(string tenant, string? wall, params ReadOnlySpan<string?> step)
    {
        var text = new StringBuilder("1");
        foreach (var part in (ReadOnlySpan<string?>)[tenant, wall, Base, Layer, User, Directory])
            Append(text, part);
        foreach (var (name, value) in Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Append(text, name);
            Append(text, value);
        }

        text.Append('|');
        foreach (var part in step)
            Append(text, part);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    // With its length, so that no two lists of parts read the same.
    private static void Append(StringBuilder text, string? part) =>
        text.Append(part?.Length ?? -1).Append(':').Append(part).Append('\n');
}
