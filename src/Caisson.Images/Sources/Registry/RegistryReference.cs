using System.Net;
using Caisson.Core.Failures;
using Caisson.Images.Oci;

namespace Caisson.Images.Sources.Registry;

/// <summary>An image in a registry, named in full: no host is assumed.</summary>
/// <param name="Host">Host and perhaps port.</param>
/// <param name="Repository">Its path there.</param>
/// <param name="Tag">Tag or address.</param>
public sealed record RegistryReference(string Host, string Repository, string Tag)
{
    private const int Longest = 255;

    /// <summary>Whether the registry is on this host.</summary>
    public bool IsLoopback
    {
        get
        {
            var name = Host.StartsWith('[') ? Host[1..Math.Max(1, Host.IndexOf(']', StringComparison.Ordinal))] : Host.Split(':')[0];
            return name == "localhost" || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
        }
    }

    /// <summary>Whether the tag is an address.</summary>
    public bool IsPinned => Digest.TryParse(Tag, out _);

    /// <summary>Reads <c>HOST[:PORT]/NAME[:TAG|@sha256:...]</c>.</summary>
    public static RegistryReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash > 0 ? text[..slash] : "";
        if (host != "localhost" && !host.AsSpan().ContainsAny('.', ':'))
            throw new CaissonException(ErrorCode.InvalidArgument, $"'{text}' does not say which registry it is in", "Write HOST/NAME:TAG; no registry is assumed.");
        var rest = text[(slash + 1)..];
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        var colon = rest.LastIndexOf(':');
        var reference = at > 0 ? new RegistryReference(host, WithoutTag(rest[..at]), rest[(at + 1)..])
            : colon > rest.LastIndexOf('/') ? new RegistryReference(host, rest[..colon], rest[(colon + 1)..])
            : new RegistryReference(host, rest, "latest");
        var isWhole = Uri.CheckHostName(host.Split(':')[0]) != UriHostNameType.Unknown || host.StartsWith('[');
        return isWhole && reference.Repository.Split('/').All(IsPathPart) && (at > 0 ? reference.IsPinned : IsTag(reference.Tag)) && text.Length <= Longest
            ? reference
            : throw new CaissonException(ErrorCode.InvalidArgument, $"'{text}' is no name of an image", "Write HOST/NAME:TAG or HOST/NAME@sha256:DIGITS.");
    }

    /// <inheritdoc/>
    public override string ToString() => IsPinned ? $"{Host}/{Repository}@{Tag}" : $"{Host}/{Repository}:{Tag}";

    private static string WithoutTag(string name) => name.LastIndexOf(':') is > 0 and var colon ? name[..colon] : name;

    private static bool IsPathPart(string part) => part.Length > 0 && char.IsAsciiLetterOrDigit(part[0]) && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_');

    private static bool IsTag(string tag) => tag.Length is > 0 and <= 128 && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
