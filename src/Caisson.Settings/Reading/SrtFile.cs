using System.Globalization;

namespace Caisson.Settings.Reading;

/// <summary>A settings file of sandbox-runtime.</summary>
internal static class SrtFile
{
    public static void Read(SettingsNode root, ProfileDraft draft)
    {
        root.Optional("$schema")?.Text();
        NetworkSection.Read(root.Required("network"), draft, claude: false);
        FileSystemSection.Read(root.Required("filesystem"), draft, claude: false);
        CommonSection.Read(root, draft);
        draft.Depth = root.Optional("mandatoryDenySearchDepth")?.Integer(1, 10) ?? draft.Depth;
        CommonSection.Ignore(root, draft, "allowPty", value => value.Flag(), "this is for macOS and has no effect on Linux");
        CommonSection.Ignore(root, draft, "javaAgentJarPath", CommonSection.Absolute, "programs need no proxy settings, so no agent is loaded");
        CommonSection.Ignore(root, draft, "seccomp", Seccomp, "the system call filter is Caisson's own");
        CommonSection.Ignore(root, draft, "windows", value => value.Entries(), "this is for Windows and has no effect on Linux");
        if (root.Optional("git") is { } git)
            ReadGit(git, draft);
        root.RejectUnknown();
    }

    private static void ReadGit(SettingsNode git, ProfileDraft draft)
    {
        var directories = git.ItemsOf("safeDirectories");
        git.RejectUnknown();
        for (var i = 0; i < directories.Count; i++)
        {
            var text = directories[i].Text();
            var value = text == "*" ? text : SettingsPath.Resolve(directories[i], text, draft.Context.WorkingDirectory, draft.Context, literal: true).Text;
            draft.Environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_KEY_{i}")] = "safe.directory";
            draft.Environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_VALUE_{i}")] = value;
        }

        if (directories.Count > 0)
            draft.Environment["GIT_CONFIG_COUNT"] = directories.Count.ToString(CultureInfo.InvariantCulture);
    }

    private static void Seccomp(SettingsNode node)
    {
        node.Optional("applyPath")?.Text();
        node.Optional("argv0")?.Text();
        node.RejectUnknown();
    }
}
