using System.Text.RegularExpressions;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Store;
using Xunit;

namespace Caisson.Architecture.Tests;

public sealed class StyleTests
{
    private static readonly Regex _empty = new(@"(?:Helper|Manager|Util|Impl)s?$", RegexOptions.None, TimeSpan.FromSeconds(1));
    private static readonly Regex _type = new(@"^\s*(?:\[.*\]\s*)?(?:(?:public|internal|private|protected|file|sealed|static|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|interface|struct|enum|record(?:\s+(?:class|struct))?)\s+(?<name>\w+)", RegexOptions.Multiline, TimeSpan.FromSeconds(5));

    [Fact]
    public void No_source_file_is_longer_than_three_hundred_lines()
    {
        foreach (var file in SourceTree.Files(SourceTree.Source))
            Assert.True(File.ReadLines(file).Count() <= 300, $"{SourceTree.Short(file)} has more than 300 lines: it holds more than one thing");
    }

    [Fact]
    public void Nothing_is_called_by_a_name_that_says_nothing()
    {
        foreach (var file in SourceTree.Files(SourceTree.Source))
        {
            foreach (var part in SourceTree.Short(Path.GetDirectoryName(file)!).Split('/', '.'))
                Assert.False(_empty.IsMatch(part), $"the folder of {SourceTree.Short(file)} says nothing: {part}");
            foreach (Match type in _type.Matches(File.ReadAllText(file)))
                Assert.False(_empty.IsMatch(type.Groups["name"].Value), $"{SourceTree.Short(file)}: the name {type.Groups["name"].Value} says nothing");
        }
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        foreach (var (name, directory, _) in SourceTree.Projects)
        {
            foreach (var file in SourceTree.Files(directory))
            {
                var space = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal));
                if (space is not null)
                    Assert.True(space["namespace ".Length..].TrimEnd(';').StartsWith(name, StringComparison.Ordinal), $"{SourceTree.Short(file)} is in {space}");
            }
        }
    }

    [Fact]
    public void Classes_are_sealed_abstract_or_static()
    {
        foreach (var type in new[] { typeof(SandboxSpec), typeof(SandboxEngine), typeof(SqliteStore) }.SelectMany(sample => sample.Assembly.GetTypes()))
        {
            if (type.IsClass && !type.Name.StartsWith('<') && type.Namespace?.StartsWith("Caisson", StringComparison.Ordinal) == true)
                Assert.True(type.IsSealed || type.IsAbstract, $"{type} can be inherited from");
        }
    }

    [Fact]
    public void The_engine_needs_nothing_but_the_core_and_the_framework()
    {
        foreach (var assembly in typeof(SandboxEngine).Assembly.GetReferencedAssemblies())
            Assert.Matches("^(System|Microsoft\\.Extensions|Caisson\\.Core|Caisson\\.Protocol|netstandard)", assembly.Name);
    }
}
