namespace Caisson.Dialects.SweRex.Http;

/// <summary>A whole answer.</summary>
internal sealed record Answer(int Status, byte[] Body);
