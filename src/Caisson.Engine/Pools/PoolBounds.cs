namespace Caisson.Engine.Pools;

/// <summary>What an operator wants of one template's pools.</summary>
/// <param name="Template">The template's name.</param>
/// <param name="Min">How many stand ready even if nobody asks, of the kind that is asked for most.</param>
/// <param name="Max">The most that stand ready of one kind, or null for what the whole allows.</param>
public sealed record PoolBounds(string Template, int Min, int? Max = null);
