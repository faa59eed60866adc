namespace Caisson.Bench;

/// <summary>Something measured did not do what it should; its time means nothing.</summary>
internal sealed class BenchException(string message) : Exception(message);
