namespace Caisson.Linux.Cgroups;

/// <summary>Groups whose maker was killed before it could remove them: nobody holds their lock, and no process is in them.</summary>
internal static class AbandonedCgroups
{
    /// <summary>Removes them, unless somebody is just making one.</summary>
    public static void Sweep(IReadOnlyList<string> parents)
    {
        using var none = CgroupLock.TryTake(parents[0], exclusive: true);
        if (none is null)
            return;
        foreach (var name in parents.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Select(d => Path.GetFileName(d)).Distinct(StringComparer.Ordinal).ToList())
        {
            using var held = CgroupLock.TryTake($"{parents[0]}/{name}", exclusive: true);
            if (held is null && Directory.Exists($"{parents[0]}/{name}"))
                continue;
            foreach (var directory in parents.Select(p => $"{p}/{name}").Where(Directory.Exists))
            {
                try
                {
                    Directory.Delete(directory);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // There are processes in it: a sandbox that outlived the server that made it.
                    break;
                }
            }
        }
    }
}
