using Caisson.Core.Failures;
using Caisson.Guest.Control;
using Caisson.Guest.Users;

namespace Caisson.Guest.Files;

/// <summary>Makes the paths of requests absolute.</summary>
internal sealed class PathResolver(UserDatabase users, GuestSettings settings)
{
    public string Resolve(string path, string userName, out UserAccount user)
    {
        user = users.Find(userName.Length > 0 ? userName : settings.DefaultUser);
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new GuestFault(ErrorCode.InvalidArgument, "the path has a NUL in it");
        var home = settings.WorkingDirectory.Length > 0 ? settings.WorkingDirectory : user.Home;
        if (path.Length == 0)
            return home;
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
            path = user.Home + path[1..];
        else if (path.StartsWith('~'))
            throw new GuestFault(ErrorCode.InvalidArgument, "the home of another user cannot be named by '~'; give the path");
        return Normalize(path.StartsWith('/') ? path : $"{home}/{path}");
    }

    // By text alone, as a shell's logical paths: links are followed when the path is used.
    private static string Normalize(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count > 0)
                    parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }
}
