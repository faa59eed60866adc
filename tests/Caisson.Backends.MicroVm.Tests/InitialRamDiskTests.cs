using System.Globalization;
using System.Text;
using Caisson.Backends.MicroVm.Images;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>The archive that a kernel unpacks at its start.</summary>
public sealed class InitialRamDiskTests
{
    [Fact]
    public void Every_entry_is_where_its_header_says()
    {
        using var archive = new MemoryStream();
        InitialRamDisk.Write(archive, "program"u8.ToArray(), ["one"u8.ToArray(), "three"u8.ToArray()]);
        Assert.Equal(["dev=", "modules=", "modules/00.ko=one", "modules/01.ko=three", "init=program", "TRAILER!!!="], Entries(archive.ToArray()));
    }

    private static IEnumerable<string> Entries(byte[] archive)
    {
        for (var at = 0; at < archive.Length;)
        {
            Assert.Equal("070701", Encoding.ASCII.GetString(archive, at, 6));
            var (size, nameSize) = (Number(archive, at + 54), Number(archive, at + 94));
            var name = Encoding.ASCII.GetString(archive, at + 110, nameSize - 1);
            var content = (at + 110 + nameSize + 3) & ~3;
            yield return $"{name}={Encoding.ASCII.GetString(archive, content, size)}";
            at = (content + size + 3) & ~3;
        }
    }

    private static int Number(byte[] archive, int at) => int.Parse(Encoding.ASCII.GetString(archive, at, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
