using Caisson.Client;
using Caisson.Core.Failures;

namespace Caisson.Cli;

/// <summary>The server that the environment names.</summary>
internal static class Connection
{
    /// <summary>Whether a key is set, without which there is no server to ask.</summary>
    public static bool Configured => Environment.GetEnvironmentVariable("CAISSON_API_KEY") is { Length: > 0 };

    /// <summary>A client by <c>CAISSON_URL</c> and <c>CAISSON_API_KEY</c>.</summary>
    public static CaissonClient Open()
    {
        var address = Environment.GetEnvironmentVariable("CAISSON_URL") is { Length: > 0 } named ? named : "http://127.0.0.1:3000";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
            throw new CaissonException(ErrorCode.InvalidArgument, "CAISSON_URL is not an http address.", "Set it to what 'caisson serve' printed, such as http://127.0.0.1:3000.");
        return Environment.GetEnvironmentVariable("CAISSON_API_KEY") is { Length: > 0 } key
            ? new CaissonClient(server, key.Trim())
            : throw new CaissonException(ErrorCode.Unauthenticated, "CAISSON_API_KEY is not set.", "Make a key with 'caisson key create' and export it.");
    }
}
