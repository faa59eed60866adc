namespace Caisson.Core.Guests;

/// <summary>What happened to a watched file.</summary>
public enum FileChangeKind
{
    Create,
    Write,
    Remove,
    Rename,
    Chmod,
}
