namespace Caisson.Server.Api.Sandboxes;

/// <summary>A new end for a sandbox.</summary>
/// <param name="Seconds">Its end, this many seconds from now; 0 ends it now.</param>
/// <param name="ExtendOnly">Leaves the end alone if it is later already.</param>
internal sealed record TimeoutBody(int Seconds, bool ExtendOnly = false);
