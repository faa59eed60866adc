using System.Text;
using Caisson.Core.Failures;

namespace Caisson.Server.Api;

/// <summary>What any text or figure of a request must keep to.</summary>
internal static class Check
{
    private const int LongestPath = 4096;
    private const int MostEntries = 1000;
    private const int LongestText = 128 << 10;

    /// <summary>A short name without spaces or control characters.</summary>
    public static void Name(string name, string field)
    {
        if (name.Length is 0 or > 256 || name.Any(c => c <= ' ' || char.IsControl(c)))
            throw Bad($"'{field}' must be 1 to 256 characters without spaces.");
    }

    /// <summary>A figure within bounds.</summary>
    public static void Range(long value, long least, long most, string field)
    {
        if (value < least || value > most)
            throw Bad($"'{field}' must be between {least} and {most}.");
    }

    /// <summary>A path inside: not empty, no NUL, valid UTF-8, no longer than the kernel takes.</summary>
    public static string Path(string? path, string field = "path")
    {
        if (string.IsNullOrEmpty(path))
            throw Bad($"'{field}' is missing.");
        if (path.Contains('\0', StringComparison.Ordinal))
            throw Bad($"'{field}' has a NUL in it.");

        // Bytes that are no UTF-8 were decoded to U+FFFD on the way; guessing which file was meant is worse than refusing.
        if (path.Contains('\uFFFD', StringComparison.Ordinal) || !IsWellFormed(path))
            throw Bad($"'{field}' is not valid UTF-8.");
        return Encoding.UTF8.GetByteCount(path) <= LongestPath ? path : throw Bad($"'{field}' is longer than {LongestPath} bytes.");
    }

    /// <summary>A user name inside, or null.</summary>
    public static string? User(string? user)
    {
        if (user is not null)
            Name(user, "user");
        return user;
    }

    /// <summary>Text for the kernel: no NUL, not endless.</summary>
    public static string Text(string text, string field)
    {
        if (text.Length > LongestText || text.Contains('\0', StringComparison.Ordinal) || !IsWellFormed(text))
            throw Bad($"'{field}' has a NUL in it, is not valid text or is longer than {LongestText} characters.");
        return text;
    }

    /// <summary>Variables for processes.</summary>
    public static Dictionary<string, string> Environment(Dictionary<string, string>? environment)
    {
        var result = Labels(environment, "environment");
        if (result.Keys.Any(name => name.Contains('=', StringComparison.Ordinal)))
            throw Bad("'environment' has a name with '=' in it.");
        return result;
    }

    /// <summary>Labels of the caller's.</summary>
    public static Dictionary<string, string> Labels(Dictionary<string, string>? labels, string field = "metadata")
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in labels ?? [])
        {
            if (name.Length is 0 or > 1024)
                throw Bad($"'{field}' has a name that is empty or longer than 1024 characters.");
            if (value is null)
                throw Bad($"'{field}' has a value that is null.");
            result[Text(name, field)] = Text(value, field);
        }

        return result.Count <= MostEntries ? result : throw Bad($"'{field}' has more than {MostEntries} entries.");
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return false;
        }

        return true;
    }

    private static CaissonException Bad(string message) => new(ErrorCode.InvalidArgument, message);
}
