using System.Text;

namespace Caisson.Guest.Sudo;

/// <summary>What a <c>sudo</c> asks for, as NUL-separated text: user, directory, number of variables, variables, command.</summary>
internal sealed record SudoRequest(string User, string Directory, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> Command)
{
    public byte[] ToBytes()
    {
        string[] parts = [User, Directory, Environment.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), .. Environment.Select(e => $"{e.Key}={e.Value}"), .. Command];
        return Encoding.UTF8.GetBytes(string.Join('\0', parts));
    }

    /// <summary>Null when it is not well formed.</summary>
    public static SudoRequest? Parse(ReadOnlySpan<byte> bytes)
    {
        var parts = Encoding.UTF8.GetString(bytes).Split('\0');
        if (parts.Length < 4 || !int.TryParse(parts[2], System.Globalization.CultureInfo.InvariantCulture, out var variables) || variables < 0 || variables > parts.Length - 4)
            return null;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in parts.AsSpan(3, variables))
        {
            var equals = variable.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                return null;
            environment[variable[..equals]] = variable[(equals + 1)..];
        }

        return new SudoRequest(parts[0], parts[1], environment, parts[(3 + variables)..]);
    }
}
