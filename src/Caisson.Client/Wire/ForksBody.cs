namespace Caisson.Client.Wire;

internal sealed record ForksBody(IReadOnlyList<ForkBody> Items);
