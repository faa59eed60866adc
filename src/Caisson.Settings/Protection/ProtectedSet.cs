using Caisson.Core.Sandboxes;

namespace Caisson.Settings.Protection;

/// <summary>What stays read-only below one writable root.</summary>
/// <param name="Paths">The protected paths, in order of name.</param>
/// <param name="Parents">The directories that hold them.</param>
/// <param name="Complete">Whether the search reached its end; the paths at the root are always there.</param>
public sealed record ProtectedSet(IReadOnlyList<ProtectedPath> Paths, IReadOnlyList<PinnedParent> Parents, bool Complete);
