using Caisson.Core.Policy;
using Caisson.Settings.Protection;

namespace Caisson.Settings.Reading;

/// <summary>A profile while its file is being read.</summary>
internal sealed class ProfileDraft(SettingsContext context)
{
    private readonly SortedSet<string> _writable = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _readOnly = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _hidden = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _secretFiles = new(StringComparer.Ordinal);

    private readonly Dictionary<string, SettingsNode> _asked = new(StringComparer.Ordinal);

    public SettingsContext Context => context;

    public List<EgressRule> Allow { get; } = [];

    public List<EgressRule> Deny { get; } = [];

    public List<HeaderTransform> Transforms { get; } = [];

    public SortedDictionary<string, string> DenyReasons { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Unset { get; } = new(StringComparer.Ordinal);

    public UpstreamProxy? Proxy { get; set; }

    public bool OpensTls { get; set; }

    public List<EgressRule> TlsExcluded { get; } = [];

    public bool Strict { get; set; }

    public bool UnixSockets { get; set; }

    public bool Nesting { get; set; }

    public bool GitConfig { get; set; }

    public int Depth { get; set; } = 3;

    public List<string> Notices { get; } = [];

    public void Notice(SettingsNode node, string why) => Notices.Add($"{node.Path}: {why}");

    /// <summary>Opens a path for writing.</summary>
    public void AddWritable(SettingsNode node, SettingsPath path)
    {
        if (path.Pattern)
        {
            Notice(node, $"'{path.Text}' is a pattern, and only plain paths can be made writable; it is skipped");
            return;
        }

        if (path.Text == "/")
            throw node.Unenforceable("the whole file system cannot be made writable", "Name the directories to write to.");
        _writable.Add(path.Text);
        _asked.TryAdd(path.Text, node);
    }

    /// <summary>Keeps a path read-only.</summary>
    public void AddReadOnly(SettingsNode node, SettingsPath path)
    {
        if (path.Pattern)
            throw node.Unenforceable($"'{path.Text}' is a pattern: files that match it later could be written", "Name the files or the directory.");
        _readOnly.Add(path.Text);
    }

    /// <summary>Hides or shows a path; showing wins where both name the same path.</summary>
    public void AddRead(SettingsNode node, SettingsPath path, bool hidden)
    {
        IReadOnlyList<string> paths = [path.Text];
        if (path.Pattern)
        {
            paths = new PatternWalk(node).Find(path.Text);
            Notice(node, $"the pattern '{path.Text}' matches {paths.Count} paths now; files made later are not covered");
        }

        foreach (var each in paths)
            _hidden[each] = hidden && _hidden.GetValueOrDefault(each, true);
    }

    /// <summary>Hides a file for good, whatever else the settings show.</summary>
    public void AddSecretFile(string path) => _secretFiles.Add(path);

    public void CloseWriting() => _writable.Clear();

    public RunProfile ToProfile()
    {
        // Judged at the end: allowGitConfig may come after the path.
        foreach (var (path, node) in _asked)
        {
            if (_writable.Contains(path) && ProtectedNames.Cover(BelowWorkspace(path), GitConfig))
                throw node.Unenforceable($"'{path}' is always read-only, for programs outside the sandbox obey it", "Remove the entry.");
        }

        foreach (var secret in _secretFiles)
        {
            _hidden[secret] = true;

            // A rule below the secret would show a part of it again.
            foreach (var shown in _hidden.Keys.Where(path => path.StartsWith(secret + '/', StringComparison.Ordinal)).ToList())
                _hidden[shown] = true;
        }

        foreach (var path in _writable.ToList())
        {
            var why = Ancestors(path).Any(_readOnly.Contains) ? "a denied path" : IsHidden(path) ? "a hidden path" : null;
            if (why is null)
                continue;
            _writable.Remove(path);
            Notice(_asked[path], $"'{path}' is not writable, for it is in {why}");
        }

        return new RunProfile
        {
            Writable = [.. _writable],
            ReadOnly = [.. _readOnly],
            ReadRules = [.. _hidden.OrderBy(rule => rule.Key.Count(c => c == '/')).ThenBy(rule => rule.Key, StringComparer.Ordinal)
                .Select(rule => new ReadRule(rule.Key, rule.Value))],
            Egress = new EgressPolicy { Allow = [.. Allow], Deny = [.. Deny], Transforms = [.. Transforms], Proxy = Proxy },
            DenyReasons = DenyReasons,
            StrictAllowlist = Strict,
            Environment = Environment,
            UnsetEnvironment = [.. Unset],
            UnixSockets = UnixSockets,
            NestedUserNamespaces = Nesting,
            AllowGitConfig = GitConfig,
            ProtectionDepth = Depth,
            Notices = [.. Notices],
        };
    }

    private bool IsHidden(string path) => Ancestors(path).Where(_hidden.ContainsKey).Select(each => _hidden[each]).FirstOrDefault();

    // The path itself first: the nearest rule is the more specific one.
    private static IEnumerable<string> Ancestors(string path)
    {
        for (var each = path; each is not null; each = Path.GetDirectoryName(each))
            yield return each;
    }

    // A workspace may itself lie in ~/.cursor or the like; only its own name and what is below it count.
    private string BelowWorkspace(string path)
    {
        var workspace = Path.TrimEndingDirectorySeparator(context.WorkingDirectory);
        return path == workspace || path.StartsWith(workspace + '/', StringComparison.Ordinal)
            ? path[(Path.GetDirectoryName(workspace)?.Length ?? 0)..]
            : path;
    }
}
