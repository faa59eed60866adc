namespace Caisson.Bench.Racing;

/// <summary>One way to do the thing that is measured.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="RunAsync">The measured part.</param>
/// <param name="AfterAsync">What clears up after it, not measured; or null.</param>
/// <param name="Of">How many of it one run holds; its time is divided by that.</param>
internal sealed record Contender(string Name, Func<CancellationToken, Task> RunAsync, Func<CancellationToken, Task>? AfterAsync = null, int Of = 1);
