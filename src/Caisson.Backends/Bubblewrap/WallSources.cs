using Caisson.Core.Sandboxes;

namespace Caisson.Backends.Bubblewrap;

/// <summary>Where bwrap finds what it is to mount: on the host itself, or staged with its owners mapped.</summary>
/// <param name="Root">The composed root, or null for the host's own system.</param>
/// <param name="Staged">Staged paths by mount, empty where nothing is staged.</param>
/// <param name="Protects">Whether protected paths are read-only there already.</param>
internal sealed record WallSources(string? Root, IReadOnlyDictionary<Mount, string> Staged, bool Protects)
{
    public string Of(Mount mount) => Staged.TryGetValue(mount, out var staged) ? staged : mount.Source;
}
