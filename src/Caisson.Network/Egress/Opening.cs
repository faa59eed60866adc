using System.Net.Sockets;

namespace Caisson.Network.Egress;

/// <summary>What became of the wish to go somewhere: a connection or a refusal.</summary>
internal readonly record struct Opening(Socket? Upstream, Refusal? Refusal);
