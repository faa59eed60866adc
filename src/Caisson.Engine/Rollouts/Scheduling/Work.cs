namespace Caisson.Engine.Rollouts.Scheduling;

/// <summary>One execution that waits for its turn.</summary>
/// <param name="Owner">What it belongs to; all of one owner can be taken out at once.</param>
/// <param name="Run">Runs it to its end; throws only when cancelled.</param>
internal sealed record Work(object Owner, Func<CancellationToken, Task> Run);
