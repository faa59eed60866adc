namespace Caisson.Server.Api.Sandboxes;

/// <summary>A SOCKS5 proxy.</summary>
/// <param name="Host">Its host name or address.</param>
/// <param name="Port">Its port.</param>
/// <param name="UserName">The user name, if it wants one.</param>
/// <param name="Password">The password.</param>
internal sealed record ProxyBody(string Host, int Port, string? UserName = null, string? Password = null);
