using Caisson.Linux.Namespaces;

namespace Caisson.Linux.Tests;

public sealed class UserNamespaceTests
{
    private const uint First = 1_500_000_000;

    [Fact]
    public void Two_hundred_leave_no_descriptor_or_child()
    {
        Assert.SkipUnless(Host.IsRoot, "only root can map a range");
        var maps = IdMap.Range(First, 65536, 1000);
        UserNamespace.Create(maps, maps, First).Dispose();
        var before = Host.Descriptors;
        for (var i = 0; i < 200; i++)
            UserNamespace.Create(maps, maps, First).Dispose();
        Assert.InRange(Host.Descriptors, 0, before + 2);
        Assert.Equal("", Host.Children.Trim());
    }

    [Fact]
    public void The_maps_are_those_asked_for_and_no_further_namespace_can_be_made()
    {
        Assert.SkipUnless(Host.IsRoot, "only root can map a range");
        var maps = IdMap.Range(First, 65536, 1000);
        using var space = UserNamespace.Create(maps, maps, First);
        var path = $"/proc/{Environment.ProcessId}/fd/{space.DangerousGetHandle()}";
        var text = Host.Run("nsenter", $"--user={path}", "--setuid", "0", "--setgid", "0", "sh", "-c", "cat /proc/self/uid_map; unshare -U true 2>&1 || echo refused");
        Assert.Equal($"1000 {First} 1|0 {First + 1} 1000|1001 {First + 1001} 64535", string.Join('|', text.Split('\n')[..3].Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))));
        Assert.Contains("refused", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_the_kernel_refuses_leaves_nothing()
    {
        Assert.SkipUnless(Host.IsRoot, "only root can map a range");
        IdMap[] overlapping = [new IdMap(0, First, 10), new IdMap(5, First + 20, 10)];
        var before = Host.Descriptors;
        for (var i = 0; i < 10; i++)
            Assert.ThrowsAny<IOException>(() => UserNamespace.Create(overlapping, overlapping, First));
        Assert.InRange(Host.Descriptors, 0, before + 1);
        Assert.Equal("", Host.Children.Trim());
    }
}
