namespace Caisson.Core.Policy;

/// <summary>The strict form of host names that the gateway deals in: letters, digits, hyphen, underscore and dots.</summary>
public static class HostName
{
    /// <summary>Whether a name is 1 to 253 characters of LDH labels (underscore allowed), each of 1 to 63.</summary>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > 253)
            return false;
        var length = 0;
        foreach (var c in name)
        {
            if (c == '.')
            {
                if (length == 0)
                    return false;
                length = 0;
                continue;
            }

            if (!(char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || ++length > 63)
                return false;
        }

        return length > 0;
    }
}
