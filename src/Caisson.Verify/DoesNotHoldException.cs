namespace Caisson.Verify;

/// <summary>A case does not hold.</summary>
public sealed class DoesNotHoldException(string message) : Exception(message);
