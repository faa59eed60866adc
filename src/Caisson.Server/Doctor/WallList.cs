namespace Caisson.Server.Doctor;

/// <summary>Every wall of this server and what it can do here.</summary>
/// <param name="Items">The walls, weakest first.</param>
internal sealed record WallList(IReadOnlyList<WallReport> Items);
