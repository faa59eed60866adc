namespace Caisson.Client.Wire;

internal sealed record CreateForksBody(int Count, int TimeoutSeconds, bool Memory);
