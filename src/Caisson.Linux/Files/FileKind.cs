namespace Caisson.Linux.Files;

/// <summary>What lies at a path.</summary>
public enum FileKind
{
    /// <summary>Nothing.</summary>
    None,
    Regular,
    Directory,
    Link,

    /// <summary>A device, pipe or socket.</summary>
    Other,
}
