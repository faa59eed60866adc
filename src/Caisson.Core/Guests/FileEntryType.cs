namespace Caisson.Core.Guests;

/// <summary>What a path is.</summary>
public enum FileEntryType
{
    Unknown,
    File,
    Directory,
    Other,
}
