namespace Caisson.Cli.Run;

/// <summary>A connection that was refused.</summary>
internal sealed record DenialDocument(string Host, int Port, string? Address, string Rule, string? Remedy);
