namespace Caisson.Linux.Cgroups;

/// <summary>Where this host keeps its cgroups: one v2 hierarchy, several v1 hierarchies, or both.</summary>
/// <param name="Unified">The v2 mount point, or null.</param>
/// <param name="UnifiedControllers">The controllers that the v2 hierarchy has.</param>
/// <param name="Legacy">v1 mount points by controller, or by <c>name=NAME</c>.</param>
public sealed record CgroupLayout(string? Unified, IReadOnlySet<string> UnifiedControllers, IReadOnlyDictionary<string, string> Legacy)
{
    private static readonly string[] _limiting = ["memory", "pids", "cpu"];
    private readonly Lazy<IReadOnlyList<string>> _parents = new(() => FindParents(Unified, UnifiedControllers, Legacy));
    private readonly Lazy<IReadOnlyList<string>> _hierarchies = new(() => [.. FindParents(Unified, UnifiedControllers, Legacy).Concat(Legacy.Values).Distinct(StringComparer.Ordinal)]);
    private readonly Lazy<bool> _canLimit = new(() =>
        _limiting.All(c => UnifiedControllers.Contains(c) || Legacy.ContainsKey(c)) && FindParents(Unified, UnifiedControllers, Legacy).All(IsWritable));

    /// <summary>Reads this host's.</summary>
    public static CgroupLayout Detect()
    {
        string? unified = null;
        var legacy = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-");
            if (dash < 0 || fields.Length < dash + 4)
                continue;
            if (fields[dash + 1] == "cgroup2")
                unified ??= fields[4];
            else if (fields[dash + 1] == "cgroup")
                AddLegacy(legacy, fields[4], fields[dash + 3]);
        }

        var controllers = unified is null ? [] : File.ReadAllText($"{unified}/cgroup.controllers").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return new CgroupLayout(unified, controllers.ToHashSet(StringComparer.Ordinal), legacy);
    }

    /// <summary>Whether memory, processes and processor time can be bounded, and whether this user may.</summary>
    public bool CanLimit => _canLimit.Value;

    /// <summary>Whether the speed of a block device can be bounded, and whether this user may; v1 does not count what the kernel writes later.</summary>
    public bool CanLimitDisks => CanLimit && Parents.Count == 1 && UnifiedControllers.Contains("io");

    /// <summary>Every hierarchy, those included that nothing of ours needs: runtimes make groups in all of them.</summary>
    public IReadOnlyList<string> Hierarchies => _hierarchies.Value;

    /// <summary>What is missing for limits, in words, or null.</summary>
    public string? Missing
    {
        get
        {
            var absent = _limiting.Where(c => !UnifiedControllers.Contains(c) && !Legacy.ContainsKey(c)).ToList();
            if (absent.Count > 0)
                return $"no cgroup controller for {string.Join(", ", absent)}";
            return Parents.FirstOrDefault(p => !IsWritable(p)) is { } parent ? $"{parent} is not writable by this user" : null;
        }
    }

    /// <summary>The directories below which sandboxes get theirs, one a hierarchy.</summary>
    public IReadOnlyList<string> Parents => _parents.Value;

    private static IReadOnlyList<string> FindParents(string? unified, IReadOnlySet<string> controllers, IReadOnlyDictionary<string, string> legacy) =>
        controllers.IsSupersetOf(_limiting)
            ? [unified!]
            : [.. _limiting.Append("cpuacct").Where(legacy.ContainsKey).Select(c => legacy[c]).Distinct(StringComparer.Ordinal), .. unified is null ? Array.Empty<string>() : [unified]];

    private static void AddLegacy(Dictionary<string, string> legacy, string mountPoint, string options)
    {
        foreach (var option in options.Split(','))
        {
            if (option is not ("rw" or "ro" or "xattr" or "noprefix" or "clone_children"))
                legacy.TryAdd(option, mountPoint);
        }
    }

    private static bool IsWritable(string directory)
    {
        const int Write = 2;
        return Interop.FileAccessCheck.May($"{directory}/caisson", Write) || Interop.FileAccessCheck.May(directory, Write);
    }
}
