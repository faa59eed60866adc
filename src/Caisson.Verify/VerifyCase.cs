using Caisson.Core.Backends;

namespace Caisson.Verify;

/// <summary>One behaviour that must hold on every wall.</summary>
/// <param name="Name">What holds, as a sentence without a full stop.</param>
/// <param name="Control">The control it proves.</param>
/// <param name="RunAsync">Returns when it holds; throws <see cref="DoesNotHoldException"/> or <see cref="NotAvailableException"/>.</param>
/// <param name="Shipped">Whether it is quick and harmless enough for a user's host.</param>
public sealed record VerifyCase(string Name, Control Control, Func<Bench, CancellationToken, Task> RunAsync, bool Shipped = true)
{
    /// <summary>The same, but only where Linux answers the sandbox's system calls.</summary>
    /// <param name="otherwise">What is so where another kernel answers.</param>
    internal VerifyCase WhereLinuxAnswers(string otherwise) => this with
    {
        RunAsync = (bench, cancellation) => bench.IsLinux ? RunAsync(bench, cancellation) : throw new NotAvailableException(otherwise),
    };

    /// <summary>What a wall must have for it; a wall that has not is told apart by that name. Unless said otherwise: programs, and what the control is about.</summary>
    public WallCapabilities Needs { get; init; } = WallCapabilities.Programs | Control.Needs;

    /// <inheritdoc/>
    public override string ToString() => $"{Control.Name}: {Name}";
}
