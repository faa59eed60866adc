namespace Caisson.Engine.Secrets;

/// <summary>A secret as it is stored.</summary>
/// <param name="Info">What may be told of it.</param>
/// <param name="KeyId">Which key sealed it.</param>
/// <param name="Sealed">Its value, encrypted.</param>
public sealed record SecretRecord(SecretInfo Info, string KeyId, byte[] Sealed);
