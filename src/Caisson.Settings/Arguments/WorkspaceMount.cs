using Caisson.Core.Failures;

namespace Caisson.Settings.Arguments;

/// <summary>A host directory and where it appears inside.</summary>
/// <param name="HostDirectory">Its absolute path on the host.</param>
/// <param name="Inside">Its absolute path inside.</param>
public sealed record WorkspaceMount(string HostDirectory, string Inside)
{
    /// <summary>Reads <c>HOSTDIR[:INSIDE]</c>, a relative HOSTDIR being taken from a directory; InvalidArgument says what is wrong with a bad one.</summary>
    public static WorkspaceMount Parse(string text, string workingDirectory)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var host = colon < 0 ? text : text[..colon];
        if (host.Length == 0 || text.Any(char.IsControl))
            throw Bad("the host directory is missing or has control characters in it");
        var absolute = Path.TrimEndingDirectorySeparator(Path.GetFullPath(host, workingDirectory));
        // Where it is outside: paths in messages, scripts and lock files mean the same on both sides.
        var inside = colon < 0 ? absolute : text[(colon + 1)..];
        if (!inside.StartsWith('/'))
            throw Bad($"'{inside}' is not an absolute path");
        var segments = inside.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0 || segments.Any(segment => segment is "." or ".." || segment.Contains(':', StringComparison.Ordinal)))
            throw Bad($"'{inside}' is the root, or has '.', '..' or a colon in it");
        return new WorkspaceMount(absolute, '/' + string.Join('/', segments));

        CaissonException Bad(string why) =>
            new(ErrorCode.InvalidArgument, $"'{text}' is not a workspace: {why}", "Write HOSTDIR or HOSTDIR:/INSIDE; HOSTDIR cannot contain a colon.");
    }
}
