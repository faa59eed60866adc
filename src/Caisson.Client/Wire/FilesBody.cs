namespace Caisson.Client.Wire;

internal sealed record FilesBody(IReadOnlyList<RemoteFile> Items);
