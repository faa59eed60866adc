namespace Caisson.Engine.Templates.Copies;

/// <summary>The kinds of entries that an archive may bring in.</summary>
internal enum TarEntryKind
{
    File,
    Directory,
    SymbolicLink,
    HardLink,
}
