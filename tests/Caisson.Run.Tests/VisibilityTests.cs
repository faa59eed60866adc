using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class VisibilityTests(Site site)
{
    [Theory, ClassData(typeof(Callers))]
    public async Task Files_of_the_host_are_not_there(Caller caller)
    {
        using var place = site.For(caller);
        var secret = "hush-" + Guid.NewGuid().ToString("N");
        place.Write("home/.ssh/id_ed25519", secret);
        place.Write("home/notes", secret);
        place.Write("other", secret);
        var neighbour = Path.Combine("/tmp", "crt-secret-" + Guid.NewGuid().ToString("N"));
        await File.WriteAllTextAsync(neighbour, secret);
        try
        {
            var text = (await place.ShellAsync($"cat {place.Home}/notes {place.Home}/.ssh/id_ed25519 {place.Root}/other {neighbour} /etc/shadow /etc/gshadow /root/.bashrc /root/.ssh/* /var/log/* 2>/dev/null; ls -A /root /home /mnt /opt /srv /media /boot /sys /var/lib /var/log /var/run/docker.sock /run/docker.sock 2>/dev/null | grep -v ^/ | grep -v '^$'; ls -A /tmp {place.Root}; grep -rl {secret} / --include='*' -s --exclude-dir=proc --exclude-dir=usr --exclude-dir=sys --exclude-dir=dev; true")).Succeeded();
            Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
            Assert.DoesNotContain("crt-secret", text, StringComparison.Ordinal);
            Assert.Equal(["user", "/tmp:", Path.GetFileName(site.Root), "", $"{place.Root}:", "work"], text.Split('\n'));
        }
        finally
        {
            File.Delete(neighbour);
        }
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Users_and_names_of_the_host_are_not_told(Caller caller)
    {
        using var place = site.For(caller);
        var text = (await place.ShellAsync("cat /etc/passwd /etc/group /etc/hosts /etc/hostname /etc/machine-id /etc/fstab; hostname; uname -n; id; cat /proc/self/mountinfo | grep -c .; cat /proc/cmdline >/dev/null")).Text;
        Assert.DoesNotContain(Site.UserName, text, StringComparison.Ordinal);
        Assert.DoesNotContain(System.Environment.MachineName + "\n", text, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task The_callers_environment_is_nowhere(Caller caller)
    {
        using var place = site.For(caller);
        place.Environment["SECRET_TOKEN"] = "hush-hush";
        var outcome = await place.ShellAsync("env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\000' '\\n'; set");
        Assert.DoesNotContain("hush-hush", outcome.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(site.Caisson, outcome.Text, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Processes_of_the_host_are_not_there(Caller caller)
    {
        using var place = site.For(caller);
        var text = (await place.ShellAsync("ls /proc | grep -c '^[0-9]'; cat /proc/1/comm; ls /proc/self/task | wc -l; kill -0 $(seq 100 400) 2>/dev/null && echo found; true")).Succeeded();
        Assert.Matches("^[2-9]\nguest\n1$", text);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Descriptors_of_the_caller_are_not_inherited(Caller caller)
    {
        using var place = site.For(caller);
        place.Write("secret", "hush");
        var outcome = await place.HostShellAsync("exec 9<../secret 7>../made 8<.; $C run -- /bin/bash -c 'ls -l /proc/self/fd /proc/$$/fd; cat <&9; echo x >&7; cat /proc/self/fd/8/../secret'");
        Assert.DoesNotContain("hush", outcome.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(Path.Combine(place.Root, "made")).Length);
        var list = (await place.PythonAsync("import os; print(sorted(int(f) for f in os.listdir('/proc/self/fd')))")).Succeeded();
        Assert.Equal("[0, 1, 2, 3]", list);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_link_in_the_workspace_leads_nowhere_on_the_host(Caller caller)
    {
        using var place = site.For(caller);
        place.Write("home/notes", "hush");
        File.CreateSymbolicLink(place.InWorkspace("passwd"), "/etc/shadow");
        File.CreateSymbolicLink(place.InWorkspace("home"), place.Home);
        File.CreateSymbolicLink(place.InWorkspace("notes"), "../home/notes");
        File.CreateSymbolicLink(place.InWorkspace("root"), "/proc/self/root");
        place.Give(place.Workspace);
        var outcome = await place.ShellAsync("cat passwd home/notes notes root/root/.bashrc; echo x >home/made; echo x >notes; true");
        Assert.DoesNotContain("hush", outcome.Text, StringComparison.Ordinal);
        Assert.Equal("", outcome.Text);
        Assert.False(File.Exists(Path.Combine(place.Home, "made")));
        Assert.Equal("hush", await File.ReadAllTextAsync(Path.Combine(place.Home, "notes")));
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Secrets_are_hidden_when_the_home_is_the_workspace(Caller caller)
    {
        using var place = site.For(caller);
        string[] secret = [".ssh/id", ".aws/credentials", ".netrc", ".git-credentials", ".config/gh/hosts.yml", ".docker/config.json", ".kube/config", ".gnupg/x", ".bash_history"];
        foreach (var name in secret)
            place.Write("home/" + name, "hush");
        place.Write("home/project/file", "fine");
        await using var running = place.Start(["run", "--", "/bin/sh", "-c", $"cat {string.Join(' ', secret)}; find . -type f -size +0 -not -path './.git/*' | sort; for f in {string.Join(' ', secret)}; do echo x >>$f; rm -f $f; done; mv .ssh .ssh2; rm -rf .aws; cat .ssh2/id"], directory: place.Home);
        var outcome = await running.EndAsync();
        Assert.Equal("./project/file", outcome.Text);
        Assert.All(secret, name => Assert.Equal("hush", File.ReadAllText(Path.Combine(place.Home, name))));
        // The same from a directory above it.
        await using var above = place.Start(["run", "--", "/bin/sh", "-c", "cat home/.ssh/id home/.netrc home/project/file"], directory: place.Root);
        Assert.Equal("fine", (await above.EndAsync()).Text);
    }
}
