namespace Caisson.Server.Api.Files;

/// <summary>What a directory holds.</summary>
/// <param name="Items">The entries, depth first, names in ordinal order.</param>
internal sealed record FileList(IReadOnlyList<FileBody> Items);
