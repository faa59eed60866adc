namespace Caisson.Client.Wire;

internal sealed record PauseBody(bool Memory);
