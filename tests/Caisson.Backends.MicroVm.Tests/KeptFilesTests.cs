using Caisson.Backends.MicroVm.Monitors;
using Caisson.Backends.MicroVm.Snapshots;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>Kept machines on disk.</summary>
public sealed class KeptFilesTests
{
    [Fact]
    public void Those_that_are_not_used_go_first()
    {
        var cache = Directory.CreateTempSubdirectory("caisson-kept-");
        try
        {
            var files = new KeptFiles(cache.FullName);
            var shape = new MachineShape(1, 1, []);
            using var memory = SealedMemory.Create(1 << 20);
            for (var i = 0; i < 30; i++)
            {
                Assert.NotNull(files.Save($"{i:00}", new KeptMachine(shape, memory, [1])));
                Assert.True(files.Touch("00"));
            }

            string[] kept = [.. cache.EnumerateDirectories().Select(folder => folder.Name).Order(StringComparer.Ordinal)];
            Assert.Equal(["machine-00", .. Enumerable.Range(7, 23).Select(i => $"machine-{i:00}")], kept);
            Assert.False(files.Touch("01"));
            Assert.NotNull(files.Load("00", shape));
        }
        finally
        {
            cache.Delete(recursive: true);
        }
    }
}
