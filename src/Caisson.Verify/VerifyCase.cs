namespace Caisson.Verify;

/// <summary>One behaviour that must hold on every wall.</summary>
/// <param name="Name">What holds, as a sentence without a full stop.</param>
/// <param name="Control">The control it proves.</param>
/// <param name="RunAsync">Returns when it holds; throws <see cref="DoesNotHoldException"/> or <see cref="NotAvailableException"/>.</param>
/// <param name="Shipped">Whether it is quick and harmless enough for a user's host.</param>
public sealed record VerifyCase(string Name, Control Control, Func<Bench, CancellationToken, Task> RunAsync, bool Shipped = true)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Control.Name}: {Name}";
}
