namespace Caisson.Images.Archives;

/// <summary>What an entry of a tar archive is.</summary>
internal enum TarEntryKind
{
    File,
    Directory,
    Link,
    HardLink,

    /// <summary>A device or a pipe.</summary>
    Special,
}
