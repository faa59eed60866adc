using Caisson.Backends.MicroVm.Snapshots;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>Memory that is kept cannot be changed by whoever is given it.</summary>
public sealed class SealedMemoryTests
{
    [Fact]
    public void A_sealed_memory_is_opened_for_writing_and_cannot_be_written()
    {
        using var memory = SealedMemory.Create(1 << 20);
        RandomAccess.Write(memory, "kept"u8, 4096);
        SealedMemory.Seal(memory);
        using var again = File.OpenHandle($"/proc/self/fd/{memory.DangerousGetHandle()}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Assert.ThrowsAny<Exception>(() => RandomAccess.Write(again, "changed"u8, 4096));
        var read = new byte[4];
        RandomAccess.Read(again, read, 4096);
        Assert.Equal("kept"u8, read);
    }

    [Fact]
    public void Holes_stay_holes()
    {
        using var memory = SealedMemory.Create(64 << 20);
        RandomAccess.Write(memory, "far"u8, 60 << 20);
        using var copy = SealedMemory.Create(0);
        SealedMemory.Copy(memory, copy);
        var read = new byte[3];
        RandomAccess.Read(copy, read, 60 << 20);
        Assert.Equal("far"u8, read);
        Assert.Equal(64 << 20, RandomAccess.GetLength(copy));
    }
}
