using System.Text;
using System.Text.Json;
using Caisson.Core.Failures;

namespace Caisson.Images.Sources.Registry;

/// <summary>A name and a password for one registry; as text it shows neither.</summary>
public sealed class RegistryCredentials(string user, string password)
{
    /// <summary>What goes into an Authorization header of the Basic scheme.</summary>
    internal string Basic { get; } = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    /// <summary>What a Docker configuration file says of a host, or null.</summary>
    public static RegistryCredentials? Find(string? file, string host)
    {
        if (file is null || !File.Exists(file))
            return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            if (!document.RootElement.TryGetProperty("auths", out var all) || !all.TryGetProperty(host, out var entry) || !entry.TryGetProperty("auth", out var auth) || auth.GetString() is not { Length: > 0 } encoded)
                return null;
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 ? new RegistryCredentials(text[..colon], text[(colon + 1)..]) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new CaissonException(ErrorCode.InvalidArgument, $"the Docker configuration {file} cannot be read", "Log in to the registry again, or give the credentials by the environment.");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "credentials";
}
