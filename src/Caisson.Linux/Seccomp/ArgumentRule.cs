namespace Caisson.Linux.Seccomp;

/// <summary>What happens to a call whose arguments meet every condition.</summary>
/// <param name="Call">The call.</param>
/// <param name="Errno">The error it fails with, or null where it may be made.</param>
/// <param name="Conditions">The conditions.</param>
internal sealed record ArgumentRule(string Call, uint? Errno, IReadOnlyList<ArgumentCondition> Conditions);
