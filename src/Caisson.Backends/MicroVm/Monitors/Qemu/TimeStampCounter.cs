using System.Diagnostics;
using Caisson.Linux.Interop;

namespace Caisson.Backends.MicroVm.Monitors.Qemu;

/// <summary>How fast this processor's time stamp counter runs; a translated machine sees the same counter.</summary>
internal static unsafe class TimeStampCounter
{
    private static readonly Lazy<long> _kilohertz = new(Measure);

    // rdtsc; shl rdx, 32; or rax, rdx; ret
    private static ReadOnlySpan<byte> Code => [0x0F, 0x31, 0x48, 0xC1, 0xE2, 0x20, 0x48, 0x09, 0xD0, 0xC3];

    /// <summary>Thousands of ticks a second, to a ten-thousandth.</summary>
    public static long Kilohertz => _kilohertz.Value;

    private static long Measure()
    {
        var read = (delegate* unmanaged<ulong>)MachineCode.Load(Code);
        // Preempted between the two, a sample is too long or too short: the middle one of several is neither.
        Span<long> samples = stackalloc long[9];
        for (var i = 0; i < samples.Length; i++)
        {
            var (ticks, time) = (read(), Stopwatch.GetTimestamp());
            Thread.Sleep(5);
            var (ticksAfter, timeAfter) = (read(), Stopwatch.GetTimestamp());
            samples[i] = (long)((ticksAfter - ticks) / Stopwatch.GetElapsedTime(time, timeAfter).TotalMilliseconds);
        }

        samples.Sort();
        return samples[samples.Length / 2] / 100 * 100;
    }
}
