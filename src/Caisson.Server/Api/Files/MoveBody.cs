namespace Caisson.Server.Api.Files;

/// <summary>A file or directory to rename.</summary>
/// <param name="Source">Its path now.</param>
/// <param name="Destination">Its path afterwards; missing parents are made.</param>
/// <param name="User">With whose rights, or null for the default user.</param>
internal sealed record MoveBody(string Source, string Destination, string? User = null);
