namespace Caisson.Settings.Reading;

/// <summary>Claude Code's permission rules, as far as they speak of files and domains.</summary>
internal static class PermissionRules
{
    public static void Read(SettingsNode permissions, ProfileDraft draft, string projectDirectory)
    {
        foreach (var item in permissions.ItemsOf("additionalDirectories"))
            draft.AddWritable(item, SettingsPath.Read(item, draft.Context));
        foreach (var item in permissions.ItemsOf("allow"))
            Apply(item, draft, projectDirectory, allow: true);
        foreach (var item in permissions.ItemsOf("deny"))
            Apply(item, draft, projectDirectory, allow: false);
        foreach (var item in permissions.ItemsOf("ask"))
        {
            if (Apply(item, draft, projectDirectory, allow: false))
                draft.Notice(item, "nobody can be asked during a run, so it is denied");
        }
    }

    private static bool Apply(SettingsNode item, ProfileDraft draft, string projectDirectory, bool allow)
    {
        var rule = item.Text();
        var open = rule.IndexOf('(', StringComparison.Ordinal);
        if (open >= 0 && (!rule.EndsWith(')') || open == rule.Length - 2))
            throw item.Invalid($"'{rule}' is not a rule", "Write Tool or Tool(what).");
        var (tool, what) = open < 0 ? (rule, null) : (rule[..open], rule[(open + 1)..^1]);
        switch (tool)
        {
            case "Edit" or "Write" or "MultiEdit" or "NotebookEdit" when !allow:
                if (what is null)
                    draft.CloseWriting();
                else
                    draft.AddReadOnly(item, Resolve(item, what, draft, projectDirectory));
                return true;
            case "Edit" when what is not null:
                draft.AddWritable(item, Resolve(item, what, draft, projectDirectory));
                return true;
            case "Read" when what is not null:
                draft.AddRead(item, Resolve(item, what, draft, projectDirectory), hidden: !allow);
                return true;
            case "Read" when !allow:
                throw item.Unenforceable("a program that may read nothing cannot start", "Name the paths to hide.");
            case "WebFetch" when what is not null:
                if (!what.StartsWith("domain:", StringComparison.Ordinal))
                    throw item.Invalid($"'{rule}' is not a rule", "Write WebFetch(domain:HOST).");
                (allow ? draft.Allow : draft.Deny).Add(DomainPattern.Parse(item, what["domain:".Length..], deny: !allow));
                return true;
            default:
                return false;
        }
    }

    // '//x' starts at the root of the file system, '/x' at the project, anything else at the working directory or home.
    private static SettingsPath Resolve(SettingsNode item, string text, ProfileDraft draft, string projectDirectory)
    {
        if (text.StartsWith("//", StringComparison.Ordinal))
            return SettingsPath.Resolve(item, text[1..], "/", draft.Context, literal: false);
        return text.StartsWith('/')
            ? SettingsPath.Resolve(item, text[1..], projectDirectory, draft.Context, literal: false)
            : SettingsPath.Resolve(item, text, draft.Context.WorkingDirectory, draft.Context, literal: false);
    }
}
