using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Guest.Control;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Users;

/// <summary>The sandbox's /etc/passwd and /etc/group, looked at whenever asked, for the code inside may change them.</summary>
internal sealed class UserDatabase
{
    private const string Users = "/etc/passwd";
    private const string GroupFile = "/etc/group";
    private volatile KnownUsers? _known;

    /// <summary>Whether the guest may become other users, or is one user itself and no other.</summary>
    public bool IsRoot { get; } = Libc.GetUid() == 0;

    /// <summary>The user of that name; unknown names, and other users where the guest is not root, are refused.</summary>
    public UserAccount Find(string name)
    {
        if (!IsRoot)
        {
            var own = FindByUid(Libc.GetUid());
            return name.Length == 0 || string.Equals(own.Name, name, StringComparison.Ordinal) ? own : throw Unknown(name);
        }

        // Split anew only where one of them has changed: every program that is started asks.
        var known = _known;
        if (known?.IsCurrent() != true)
            _known = known = KnownUsers.Begin(Users, GroupFile);
        return known.Accounts.GetOrAdd(name, Look);
    }

    public UserAccount FindByUid(uint uid)
    {
        foreach (var fields in Lines(Users, 7))
        {
            if (Parse(fields) is { } account && account.Uid == uid)
                return account;
        }

        return new UserAccount(uid.ToString(CultureInfo.InvariantCulture), uid, Libc.GetGid(), "/", "/bin/sh", []);
    }

    public static string NameOfUser(uint uid)
    {
        foreach (var fields in Lines(Users, 7))
        {
            if (uint.TryParse(fields[2], CultureInfo.InvariantCulture, out var value) && value == uid)
                return fields[0];
        }

        return uid.ToString(CultureInfo.InvariantCulture);
    }

    public static string NameOfGroup(uint gid)
    {
        foreach (var fields in Lines(GroupFile, 4))
        {
            if (uint.TryParse(fields[2], CultureInfo.InvariantCulture, out var value) && value == gid)
                return fields[0];
        }

        return gid.ToString(CultureInfo.InvariantCulture);
    }

    private UserAccount Look(string name)
    {
        foreach (var fields in Lines(Users, 7))
        {
            if (string.Equals(fields[0], name, StringComparison.Ordinal) && Parse(fields) is { } account)
                return account;
        }

        throw Unknown(name);
    }

    private static GuestFault Unknown(string name) => new(ErrorCode.Unauthenticated, $"invalid username: '{name}'");

    private UserAccount? Parse(string[] fields)
    {
        if (!uint.TryParse(fields[2], CultureInfo.InvariantCulture, out var uid) || !uint.TryParse(fields[3], CultureInfo.InvariantCulture, out var gid))
            return null;
        return new UserAccount(fields[0], uid, gid, fields[5], fields[6], IsRoot ? GroupsOf(fields[0]) : []);
    }

    private static List<uint> GroupsOf(string name)
    {
        var groups = new List<uint>();
        foreach (var fields in Lines(GroupFile, 4))
        {
            if (fields[3].Split(',').Contains(name, StringComparer.Ordinal) && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out var gid))
                groups.Add(gid);
        }

        return groups;
    }

    private static IEnumerable<string[]> Lines(string path, int fields)
    {
        foreach (var line in SmallFile.ReadLines(path))
        {
            var parts = line.Split(':');
            if (parts.Length == fields)
                yield return parts;
        }
    }
}
