using Caisson.Core.Failures;

namespace Caisson.Server.Auth;

/// <summary>Scopes as they are written on command lines and kept in the store.</summary>
internal static class Scopes
{
    /// <summary>The scopes of a key for which none were named.</summary>
    public static readonly IReadOnlyList<string> Default = ["read", "exec", "files"];

    /// <summary>The scopes of those names; names that this version does not know grant nothing.</summary>
    public static Scope Of(IEnumerable<string> names) => names.Aggregate(Scope.None, (all, name) => all | OfName(name));

    /// <summary>The names of scopes.</summary>
    public static IReadOnlyList<string> Names(Scope scopes) =>
        [.. ((string[])["read", "exec", "files", "admin"]).Where(name => scopes.HasFlag(OfName(name)))];

    /// <summary>Refuses a name that is no scope.</summary>
    public static void Check(string name)
    {
        if (OfName(name) == Scope.None)
            throw new CaissonException(ErrorCode.InvalidArgument, $"'{name}' is not a scope.", "Use read, exec, files or admin.");
    }

    private static Scope OfName(string name) => name switch
    {
        "read" => Scope.Read,
        "exec" => Scope.Exec,
        "files" => Scope.Files,
        "admin" => Scope.Admin,
        _ => Scope.None,
    };
}
