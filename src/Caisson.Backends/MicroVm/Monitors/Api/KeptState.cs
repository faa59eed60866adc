using System.Buffers.Binary;
using Caisson.Backends.MicroVm.Snapshots;
using Caisson.Core.Failures;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Monitors.Api;

/// <summary>What such a monitor keeps, which is files in a directory: the state of devices as one piece of bytes, memory as one file.</summary>
internal static class KeptState
{
    private const int MaxState = 64 << 20;

    /// <summary>Takes what was written out of the directory.</summary>
    public static byte[] Collect(IMachineApi api, string folder, SafeFileHandle memory)
    {
        using (var written = File.OpenHandle(Path.Combine(folder, api.MemoryFile)))
        {
            var (found, expected) = (RandomAccess.GetLength(written), RandomAccess.GetLength(memory));
            if (found != expected)
                throw new CaissonException(ErrorCode.Internal, $"the monitor kept {found} bytes of memory of a machine that has {expected}", "run 'caisson doctor'");
            SealedMemory.Copy(written, memory);
        }

        using var state = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var file in api.StateFiles.Select(name => Path.Combine(folder, name)))
        {
            if (new FileInfo(file).Length + state.Length > MaxState)
                throw new CaissonException(ErrorCode.Internal, "the machine's devices have more state than can be");
            var content = File.ReadAllBytes(file);
            BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
            state.Write(length);
            state.Write(content);
        }

        return state.ToArray();
    }

    /// <summary>Lays it out again; memory is a link to the descriptor that the monitor inherits.</summary>
    public static void Lay(IMachineApi api, string folder, ReadOnlySpan<byte> state, SafeFileHandle memory)
    {
        foreach (var name in api.StateFiles)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(state);
            var file = Path.Combine(folder, name);
            File.WriteAllBytes(file, state.Slice(4, length));
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            state = state[(4 + length)..];
        }

        var link = Path.Combine(folder, api.MemoryFile);
        File.Delete(link);
        File.CreateSymbolicLink(link, $"/proc/self/fd/{memory.DangerousGetHandle()}");
    }
}
