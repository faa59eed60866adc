namespace Caisson.Settings.Protection;

/// <summary>What stands, or is to stand, at a protected path.</summary>
public enum ProtectedKind
{
    File,
    Directory,
}
