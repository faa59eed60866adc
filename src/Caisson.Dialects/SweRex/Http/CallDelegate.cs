namespace Caisson.Dialects.SweRex.Http;

/// <summary>Does one call of the protocol; the result is the body of its answer.</summary>
internal delegate Task<byte[]> CallDelegate(SweRexCall call);
