namespace Caisson.Core.Guests;

/// <summary>How a file is written.</summary>
/// <param name="Mode">Permission bits of a new file.</param>
/// <param name="Metadata">Keys and values stored with the file as extended attributes <c>user.e2b.KEY</c>, replacing the whole set.</param>
/// <param name="Append">Adds to what is there instead of replacing it.</param>
public sealed record WriteOptions(int Mode = 0x1A4, IReadOnlyDictionary<string, string>? Metadata = null, bool Append = false);
