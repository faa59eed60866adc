namespace Caisson.Client.Wire;

internal sealed record ProxyBody(string Host, int Port, string? UserName, string? Password);
