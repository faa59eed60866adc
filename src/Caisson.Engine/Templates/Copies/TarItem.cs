namespace Caisson.Engine.Templates.Copies;

/// <summary>One entry of an archive.</summary>
/// <param name="Path">Relative, without <c>.</c>, <c>..</c> or a slash at its end; empty for the root of the archive.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Size">Bytes of a file.</param>
/// <param name="Link">Where a link leads; for a hard link, checked like <paramref name="Path"/>.</param>
internal sealed record TarItem(string Path, TarEntryKind Kind, int Mode, long Size, string Link);
