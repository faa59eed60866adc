namespace Caisson.Verify;

/// <summary>A wall or host has not what a case needs; the message names it.</summary>
public sealed class NotAvailableException(string message) : Exception(message);
