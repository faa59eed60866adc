namespace Caisson.Settings.Reading;

/// <summary>The keys that both file formats have beside <c>network</c> and <c>filesystem</c>.</summary>
internal static class CommonSection
{
    public static void Read(SettingsNode root, ProfileDraft draft)
    {
        if (root.Optional("credentials") is { } credentials)
            CredentialSection.Read(credentials, draft);
        draft.Nesting |= root.FlagOf("allowNestedUserNamespaces");
        Ignore(root, draft, "ignoreViolations", Violations, "every denial is reported");
        Ignore(root, draft, "enableWeakerNestedSandbox", value => value.Flag(), "the sandbox is never weakened silently");
        Ignore(root, draft, "ripgrep", Command, "no search program is needed");
        Ignore(root, draft, "bwrapPath", Absolute, "the wall finds bubblewrap itself");
        Ignore(root, draft, "socatPath", Absolute, "socat is not used");
        foreach (var key in new[] { "enableWeakerNetworkIsolation", "allowAppleEvents" })
            Ignore(root, draft, key, value => value.Flag(), "this is for macOS and has no effect on Linux");
    }

    public static void Ignore(SettingsNode node, ProfileDraft draft, string key, Action<SettingsNode> check, string why)
    {
        if (node.Optional(key) is not { } value)
            return;
        check(value);
        draft.Notice(value, "ignored: " + why);
    }

    public static void Absolute(SettingsNode node)
    {
        if (!node.Text().StartsWith('/'))
            throw node.Invalid("an absolute path is expected");
    }

    public static void Texts(SettingsNode node)
    {
        foreach (var item in node.Items())
            item.Text();
    }

    private static void Command(SettingsNode node)
    {
        node.Required("command").Text();
        node.ItemsOf("args").ToList().ForEach(item => item.Text());
        node.Optional("argv0")?.Text();
        node.RejectUnknown();
    }

    private static void Violations(SettingsNode node)
    {
        foreach (var (_, paths) in node.Entries())
            Texts(paths);
    }
}
