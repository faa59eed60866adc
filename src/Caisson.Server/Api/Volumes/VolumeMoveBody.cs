namespace Caisson.Server.Api.Volumes;

/// <summary>A renaming; what is at the destination is replaced only where that is asked for.</summary>
internal sealed record VolumeMoveBody(string Source, string Destination, bool Replace = false);
