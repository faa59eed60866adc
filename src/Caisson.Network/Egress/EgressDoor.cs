using System.Net.Sockets;

namespace Caisson.Network.Egress;

/// <summary>The sockets that answer inside one sandbox's network namespace; the session they are attached to owns and closes them.</summary>
/// <param name="Transparent">Listens for every TCP connection of the namespace, redirected here.</param>
/// <param name="Transparent6">The same for IPv6, or null.</param>
/// <param name="Dns">A UDP socket bound to port 53 of every IPv4 address.</param>
/// <param name="DnsTcp">Listens on TCP port 53, or null.</param>
/// <param name="HttpProxy">Listens for HTTP proxy clients, or null.</param>
/// <param name="SocksProxy">Listens for SOCKS5 clients, or null.</param>
public sealed record EgressDoor(
    Socket Transparent, Socket? Transparent6, Socket Dns, Socket? DnsTcp, Socket? HttpProxy, Socket? SocksProxy);
