using Caisson.Core.Failures;
using Xunit;

namespace Caisson.Settings.Tests;

public sealed class LoadTests
{
    private static readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("absent.json")]
    [InlineData("empty.json")]
    [InlineData("large.json")]
    [InlineData("bytes.json")]
    [InlineData("directory")]
    public async Task What_cannot_be_read_ends_the_run(string name)
    {
        using var directory = new TemporaryDirectory();
        directory.Write("empty.json");
        directory.Write("large.json", new string(' ', (1 << 20) + 1));
        await File.WriteAllBytesAsync(Path.Join(directory.Path, "bytes.json"), [(byte)'"', 0xff, 0xfe, (byte)'"'], _cancellation);
        directory.Directories("directory");
        var failure = await Assert.ThrowsAsync<CaissonException>(
            () => RunSettings.LoadAsync(name, GoldenTests.Context with { WorkingDirectory = directory.Path }, _cancellation));
        Assert.Equal(ErrorCode.InvalidArgument, failure.Code);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_with_one_slash_start_at_the_project()
    {
        using var directory = new TemporaryDirectory();
        directory.Write(".claude/settings.json", """{"sandbox":{},"permissions":{"allow":["Edit(/out)"]}}""");
        var profile = await RunSettings.LoadAsync(Path.Join(directory.Path, ".claude/settings.json"), GoldenTests.Context, _cancellation);
        Assert.Equal([$"{directory.Path}/out", "/w"], profile.Writable);
    }

    [Fact]
    public void Read_patterns_are_expanded_and_never_through_links()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("a/.env");
        directory.Write("a/b/x.env");
        directory.Write("a/b/x.txt");
        directory.Write("keep/k.env");
        directory.Link("a/loop", directory.Path);
        var json = $$$"""{"network":{"allowedDomains":[],"deniedDomains":[]},"filesystem":{"denyRead":["{{{directory.Path}}}/**/*.env"],"allowRead":["{{{directory.Path}}}/keep/*"],"allowWrite":[],"denyWrite":[]}}""";
        var profile = RunSettings.Parse(json, "s", "/", GoldenTests.Context);
        Assert.Equal([$"{directory.Path}/a/.env", $"{directory.Path}/a/b/x.env"], profile.Hidden);
        Assert.Equal(2, profile.Notices.Count);
    }
}
