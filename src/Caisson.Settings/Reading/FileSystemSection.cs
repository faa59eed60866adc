namespace Caisson.Settings.Reading;

/// <summary>The key <c>filesystem</c>.</summary>
internal static class FileSystemSection
{
    public static void Read(SettingsNode node, ProfileDraft draft, bool claude)
    {
        Func<string, IReadOnlyList<SettingsNode>> list = claude ? node.ItemsOf : key => node.Required(key).Items();
        foreach (var item in list("allowWrite"))
            draft.AddWritable(item, SettingsPath.Read(item, draft.Context));
        foreach (var item in list("denyWrite"))
            draft.AddReadOnly(item, SettingsPath.Read(item, draft.Context));
        foreach (var item in list("denyRead"))
            draft.AddRead(item, SettingsPath.Read(item, draft.Context), hidden: true);
        foreach (var item in node.ItemsOf("allowRead"))
            draft.AddRead(item, SettingsPath.Read(item, draft.Context), hidden: false);
        if (node.Optional("disabled") is { } disabled && disabled.Flag())
            throw disabled.Unenforceable("the file system wall cannot be switched off", "Remove the key and list what may be written.");
        draft.GitConfig |= node.FlagOf("allowGitConfig");
        if (claude && node.Optional("allowManagedReadPathsOnly") is { } managed && managed.Flag())
            throw managed.Unenforceable("managed settings are not read, so their paths are not known", "Remove the key and write the managed paths here.");
        node.RejectUnknown();
    }
}
