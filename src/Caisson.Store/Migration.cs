namespace Caisson.Store;

/// <summary>One numbered step of the schema.</summary>
internal sealed record Migration(int Version, string Name, string Sql);
