using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Caisson.Wasm.Worker.Native;

namespace Caisson.Wasm.Worker.Runs;

/// <summary>WASI's <c>poll_oneoff</c>: the library's own would sleep on after its command was stopped.</summary>
/// <remarks>Descriptors are always ready: reading or writing them then waits by itself, and can be stopped.</remarks>
internal static unsafe class PollImport
{
    private const int SubscriptionSize = 48;
    private const int EventSize = 32;
    private const int MostSubscriptions = 1024;
    private const int BadAddress = 21;
    private const int Invalid = 28;
    private const int NotSupported = 58;

    [UnmanagedCallersOnly]
    public static nint Call(nint data, nint caller, RawValue* values, nuint count)
    {
        try
        {
            var run = (ModuleRun)GCHandle.FromIntPtr(Wasmtime.Data(Wasmtime.CallerContext(caller))).Target!;
            values[0].Int64 = Poll(run, caller, (uint)values[0].Int32, (uint)values[1].Int32, (uint)values[2].Int32, (uint)values[3].Int32);
            return run.Stopped ? Interrupted() : 0;
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            values[0].Int64 = BadAddress;
            return 0;
        }
    }

    private static nint Interrupted()
    {
        fixed (byte* message = "interrupted"u8)
            return Wasmtime.NewTrap(message, 11);
    }

    private static int Poll(ModuleRun run, nint caller, uint subscriptions, uint events, uint count, uint result)
    {
        if (count is 0 or > MostSubscriptions)
            return Invalid;
        Export memory;
        fixed (byte* name = "memory"u8)
        {
            if (Wasmtime.GetCallerExport(caller, name, 6, &memory) == 0 || memory.Kind != Export.Memory)
                return BadAddress;
        }

        var context = Wasmtime.CallerContext(caller);
        var size = (long)Math.Min(Wasmtime.MemorySize(context, &memory.Value), int.MaxValue);
        if (subscriptions + (count * SubscriptionSize) > size || events + (count * EventSize) > size || result + 4L > size)
            return BadAddress;
        var bytes = new Span<byte>(Wasmtime.MemoryData(context, &memory.Value), (int)size);
        var asked = bytes.Slice((int)subscriptions, (int)count * SubscriptionSize);
        var told = bytes.Slice((int)events, (int)count * EventSize);
        var wait = Earliest(run, asked);
        if (wait is null)
            return NotSupported;
        if (wait > TimeSpan.Zero)
            run.Sleep(wait.Value);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[(int)result..], Tell(asked, told, wait.Value));
        return 0;
    }

    /// <summary>How long until the first of them is due; null where one asks for a clock that cannot be waited for.</summary>
    private static TimeSpan? Earliest(ModuleRun run, ReadOnlySpan<byte> asked)
    {
        var earliest = TimeSpan.MaxValue;
        for (; asked.Length > 0; asked = asked[SubscriptionSize..])
        {
            if (Wait(run, asked) is not { } wait)
                return null;
            earliest = wait < earliest ? wait : earliest;
        }

        return earliest;
    }

    private static TimeSpan? Wait(ModuleRun run, ReadOnlySpan<byte> subscription)
    {
        const int OfClock = 0;
        const int Absolute = 1;
        if (subscription[8] != OfClock)
            return TimeSpan.Zero;
        var timeout = TimeSpan.FromTicks((long)(BinaryPrimitives.ReadUInt64LittleEndian(subscription[24..]) / 100));
        var now = BinaryPrimitives.ReadUInt32LittleEndian(subscription[16..]) switch
        {
            0 => run.SinceEpoch,
            1 => run.SinceStart,
            _ => (TimeSpan?)null,
        };
        if (now is null)
            return null;
        return (BinaryPrimitives.ReadUInt16LittleEndian(subscription[40..]) & Absolute) == 0 ? timeout : timeout - now;
    }

    // What is due by the time of the earliest: every descriptor, and the clocks that asked for no more.
    private static int Tell(ReadOnlySpan<byte> asked, Span<byte> told, TimeSpan waited)
    {
        var count = 0;
        for (; asked.Length > 0; asked = asked[SubscriptionSize..])
        {
            var kind = asked[8];
            var relative = TimeSpan.FromTicks((long)(BinaryPrimitives.ReadUInt64LittleEndian(asked[24..]) / 100));
            var isLater = kind == 0 && BinaryPrimitives.ReadUInt16LittleEndian(asked[40..]) == 0 && relative > waited;
            if (isLater || (kind != 0 && waited > TimeSpan.Zero))
                continue;
            var entry = told.Slice(count++ * EventSize, EventSize);
            entry.Clear();
            asked[..8].CopyTo(entry);
            entry[10] = kind;
            // How much can be read is not known: one byte at least.
            if (kind != 0)
                entry[16] = 1;
        }

        return count;
    }
}
