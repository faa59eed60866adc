namespace Caisson.Server.Api.Files;

/// <summary>A directory to make, with its missing parents.</summary>
/// <param name="Path">Its path.</param>
/// <param name="User">Whose it is to be, or null for the default user.</param>
internal sealed record DirectoryBody(string Path, string? User = null);
