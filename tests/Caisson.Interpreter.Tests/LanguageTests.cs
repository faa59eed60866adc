using Caisson.Core.Failures;
using Caisson.Interpreter.Contexts;
using Caisson.Interpreter.Kernels;
using Caisson.Interpreter.Languages;

namespace Caisson.Interpreter.Tests;

public sealed class LanguageTests
{
    [Theory]
    [InlineData(null, "python")]
    [InlineData("", "python")]
    [InlineData("Python", "python")]
    [InlineData("js", "javascript")]
    [InlineData("ts", "typescript")]
    [InlineData("R", "r")]
    [InlineData("java", "java")]
    [InlineData("bash", "bash")]
    public void Languages_have_names_and_aliases(string? name, string expected) => Assert.Equal(expected, LanguageCatalog.Find(name).Name);

    [Fact]
    public void An_unknown_language_is_refused_with_those_that_are_known()
    {
        var refused = Assert.Throws<CaissonException>(() => LanguageCatalog.Find("cobol"));
        Assert.Equal(ErrorCode.InvalidArgument, refused.Code);
        Assert.Contains("typescript", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kernel_file_a_language_names_is_there()
    {
        foreach (var language in LanguageCatalog.All)
            Assert.Contains(language.Command, word => KernelFiles.Resolve(word) != word);
        Assert.StartsWith(KernelFiles.Directory, KernelFiles.Resolve("launch.py"), StringComparison.Ordinal);
        Assert.StartsWith(KernelFiles.Directory, KernelFiles.Resolve(LanguageCatalog.Find("python").Zygote!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/home/user", true)]
    [InlineData("/a directory/with spaces ✓", false)]
    public void A_tag_tells_the_context_again(string directory, bool spare)
    {
        var info = new ContextInfo("id", "python", directory);
        Assert.Equal((info, spare), ContextTag.Read(ContextTag.Of(info, spare)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("somebody's own")]
    [InlineData(ContextTag.Zygote)]
    public void Other_tags_are_no_contexts(string? tag) => Assert.Null(ContextTag.Read(tag));
}
