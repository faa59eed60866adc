namespace Caisson.Engine.Templates.Copies;

/// <summary>What an archive may come to.</summary>
internal sealed record ArchiveLimits(int MostEntries, long MostBytes);
