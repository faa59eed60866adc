namespace Caisson.Core.Policy;

/// <summary>A SOCKS5 proxy that carries everything a sandbox sends out; unreachable means refused.</summary>
/// <param name="Host">Its host name or address.</param>
/// <param name="Port">Its port.</param>
/// <param name="UserName">The user name, if it wants one.</param>
/// <param name="Password">The password, never returned by any API.</param>
public sealed record UpstreamProxy(string Host, int Port, string? UserName, string? Password);
