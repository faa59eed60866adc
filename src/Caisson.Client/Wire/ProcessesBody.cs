namespace Caisson.Client.Wire;

internal sealed record ProcessesBody(IReadOnlyList<RemoteProcess> Items);
