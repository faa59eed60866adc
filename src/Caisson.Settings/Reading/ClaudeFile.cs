namespace Caisson.Settings.Reading;

/// <summary>The <c>sandbox</c> block of Claude Code, alone or in a whole settings file with its permission rules.</summary>
internal static class ClaudeFile
{
    // Keys that sandbox-runtime does not have tell a block from its settings.
    private static readonly string[] _own =
        ["enabled", "autoAllowBashIfSandboxed", "excludedCommands", "allowUnsandboxedCommands", "failIfUnavailable", "enabledPlatforms"];

    public static bool IsBlock(SettingsNode root) => _own.Any(root.Has);

    public static void ReadWhole(SettingsNode root, ProfileDraft draft, string projectDirectory)
    {
        var sandbox = root.Required("sandbox");
        ReadBlock(sandbox, draft, () =>
        {
            if (root.Optional("permissions") is { } permissions)
                PermissionRules.Read(permissions, draft, projectDirectory);
        });
        foreach (var (key, value) in root.Entries())
        {
            if (key is not ("sandbox" or "permissions" or "$schema"))
                draft.Notice(value, "ignored: it does not concern the sandbox");
        }
    }

    /// <summary>Reads a block; <paramref name="addRules"/> runs once paths and domains are known and before credentials are judged by them.</summary>
    public static void ReadBlock(SettingsNode block, ProfileDraft draft, Action? addRules = null)
    {
        if (block.Optional("enabled") is { } enabled && !enabled.Flag())
            draft.Notice(enabled, "the run is sandboxed although the file switches sandboxing off");
        CommonSection.Ignore(block, draft, "autoAllowBashIfSandboxed", value => value.Flag(), "nobody is asked here");
        if (block.Optional("excludedCommands") is { } excluded && excluded.Items().Select(item => item.Text()).ToList().Count > 0)
            draft.Notice(excluded, "ignored: no command runs outside the sandbox");
        if (block.Optional("allowUnsandboxedCommands") is { } outside && outside.Flag())
            draft.Notice(outside, "ignored: no command runs outside the sandbox");
        block.FlagOf("failIfUnavailable");
        CommonSection.Ignore(block, draft, "enabledPlatforms", CommonSection.Texts, "the run is always sandboxed");

        // The working directory is writable in Claude Code without being listed.
        draft.AddWritable(block, new SettingsPath(Path.TrimEndingDirectorySeparator(draft.Context.WorkingDirectory), Pattern: false));
        if (block.Optional("network") is { } network)
            NetworkSection.Read(network, draft, claude: true);
        if (block.Optional("filesystem") is { } files)
            FileSystemSection.Read(files, draft, claude: true);
        addRules?.Invoke();
        CommonSection.Read(block, draft);
        block.RejectUnknown();
    }
}
