namespace Caisson.Server.Api.Secrets;

/// <summary>How many secrets were sealed anew.</summary>
internal sealed record RotatedBody(int Sealed);
