using System.Globalization;

namespace Caisson.Walls.Sandboxes;

/// <summary>What /proc tells of host processes.</summary>
internal static class ProcessStatus
{
    /// <summary>The only child of a process, or 0.</summary>
    public static int ChildOf(int pid)
    {
        try
        {
            var children = File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return children.Length > 0 ? int.Parse(children[0], CultureInfo.InvariantCulture) : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>When a process started, in clock ticks since boot, or null when it is gone.</summary>
    public static long? StartTime(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return long.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
