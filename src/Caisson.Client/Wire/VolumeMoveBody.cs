namespace Caisson.Client.Wire;

internal sealed record VolumeMoveBody(string Source, string Destination, bool Replace);
