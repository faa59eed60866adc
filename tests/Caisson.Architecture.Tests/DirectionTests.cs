using System.Text.RegularExpressions;
using Xunit;

namespace Caisson.Architecture.Tests;

/// <summary>Who may import whom; the table is the design's, and a project that is not in it fails.</summary>
public sealed class DirectionTests
{
    private const string Backends = "Caisson.Backends.";
    private const string Dialects = "Caisson.Dialects.";

    private static readonly Dictionary<string, string[]> _allowed = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Linux"] = ["Core"],
        ["Protocol"] = ["Core"],
        ["Guest"] = ["Linux", "Protocol"],
        ["Wasm.Worker"] = ["Linux", "Protocol"],
        ["Network"] = ["Core", "Linux"],
        ["Walls"] = ["Core", "Linux", "Protocol", "Network"],
        ["Backends.*"] = ["Core", "Linux", "Protocol", "Network", "Walls"],
        ["Images"] = ["Core", "Linux"],
        ["Engine"] = ["Core", "Protocol"],
        ["Interpreter"] = ["Core", "Engine"],
        ["Store"] = ["Core", "Engine"],
        ["Cluster"] = ["Core", "Engine"],
        ["Dashboard"] = ["Core", "Engine"],
        ["Connect"] = [],
        ["Dialects.*"] = ["Core", "Engine", "Connect", "Interpreter"],
        ["Client"] = ["Core"],
        ["Server"] = ["*"],
        ["Settings"] = ["Core"],
        ["Verify"] = ["Core", "Client"],
        ["Cli"] = ["Core", "Linux", "Protocol", "Network", "Settings", "Walls", "Backends.*", "Client", "Verify", "Images"],
    };

    [Fact]
    public void Every_reference_points_downward()
    {
        Assert.NotEmpty(SourceTree.Projects);
        foreach (var (name, _, references) in SourceTree.Projects)
        {
            var row = Row(name);
            Assert.True(_allowed.ContainsKey(row), $"{name} has no place in the design; give it one here");
            foreach (var reference in references)
            {
                var allowed = _allowed[row] is ["*"] ? Row(reference) != "Cli" : _allowed[row].Contains(Row(reference));
                Assert.True(allowed, $"{name} must not refer to {reference}");
            }
        }
    }

    [Fact]
    public void Core_has_no_packages() => Assert.DoesNotContain(
        "PackageReference", File.ReadAllText(Path.Combine(SourceTree.Source, "Caisson.Core", "Caisson.Core.csproj")), StringComparison.Ordinal);

    [Fact]
    public void The_engine_never_names_a_wall()
    {
        var names = SourceTree.Projects.Where(project => project.Name.StartsWith(Backends, StringComparison.Ordinal)).Select(project => project.Name[Backends.Length..]);
        AssertAbsent("Caisson.Engine", ["Bubblewrap", "Docker", "gVisor", "crun", .. names]);
    }

    [Fact]
    public void Walls_and_dialects_never_see_their_likes()
    {
        foreach (var family in (string[])[Backends, Dialects])
        {
            var members = SourceTree.Projects.Where(project => project.Name.StartsWith(family, StringComparison.Ordinal)).Select(project => project.Name).ToList();
            foreach (var member in members)
                AssertAbsent(member, members.Where(other => other != member));
        }
    }

    [Fact]
    public void Dialects_never_see_a_wall_or_a_store()
    {
        foreach (var dialect in SourceTree.Projects.Where(project => project.Name.StartsWith(Dialects, StringComparison.Ordinal)))
            AssertAbsent(dialect.Name, ["ISandboxBackend", "IWalledSandbox", "BackendCatalog", "IStore", "Caisson.Backends", "Caisson.Store"]);
    }

    [Fact]
    public void Only_the_server_and_the_command_line_name_concrete_walls_and_stores()
    {
        foreach (var (name, _, _) in SourceTree.Projects.Where(project => Row(project.Name) is not ("Server" or "Cli" or "Store" or "Backends.*" or "Walls")))
            AssertAbsent(name, ["Caisson.Backends", "Caisson.Store"]);
    }

    private static string Row(string project)
    {
        var name = project["Caisson.".Length..];
        return name.StartsWith("Backends.", StringComparison.Ordinal) ? "Backends.*" : name.StartsWith("Dialects.", StringComparison.Ordinal) ? "Dialects.*" : name;
    }

    private static void AssertAbsent(string project, IEnumerable<string> words)
    {
        // Comments may compare and explain; code may not.
        var pattern = new Regex($@"(?<![\w.])({string.Join('|', words.Distinct(StringComparer.Ordinal).Select(Regex.Escape).DefaultIfEmpty("(?!)"))})\b", RegexOptions.None, TimeSpan.FromSeconds(5));
        var directory = SourceTree.Projects.Single(found => found.Name == project).Directory;
        foreach (var file in SourceTree.Files(directory))
        {
            foreach (var line in File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && !IsOwnFriend(line)))
                Assert.False(pattern.IsMatch(line), $"{SourceTree.Short(file)} names what {project} must not know: {line.Trim()}");
        }
    }

    private static bool IsOwnFriend(string line) => line.Contains("InternalsVisibleTo", StringComparison.Ordinal);
}
