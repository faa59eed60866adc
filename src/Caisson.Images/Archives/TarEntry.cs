namespace Caisson.Images.Archives;

/// <summary>One entry of a tar archive.</summary>
/// <param name="Name">Its path as written.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Bytes of content that follow.</param>
/// <param name="Mode">Permission bits and the three above them.</param>
/// <param name="User">Its owner.</param>
/// <param name="Group">Its group.</param>
/// <param name="ModifiedAt">When it was last written, in seconds since 1970.</param>
/// <param name="Target">Where a link leads.</param>
internal sealed record TarEntry(string Name, TarEntryKind Kind, long Size, int Mode, long User, long Group, long ModifiedAt, string Target);
