using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Guest.Control;
using Caisson.Protocol.Lines;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Machine;

/// <summary>Calls that only the guest of a machine knows.</summary>
internal sealed class MachineCalls(MachineRoot root, MachineGroup group, LineStreams line, Action entered)
{
    private bool _entered;
    private bool _adopted;

    public bool TryHandle(GuestStream stream, Call call)
    {
        switch (call.KindCase)
        {
            case Call.KindOneofCase.PrepareMachine:
                Require(!_entered);
                root.Prepare(call.PrepareMachine);
                // Nobody calls again before the memory is kept, and what is garbage now would be every sandbox's.
                GC.Collect();
                stream.End();
                return true;
            case Call.KindOneofCase.EnterRoot:
                Require(!_entered);
                _entered = true;
                Enter(call.EnterRoot);
                stream.End();
                return true;
            case Call.KindOneofCase.AdoptMachine:
                Require(_entered && !_adopted);
                _adopted = true;
                Adopt(call.AdoptMachine);
                stream.End();
                return true;
            case Call.KindOneofCase.RenewMachine:
                Renew(call.RenewMachine.Self);
                stream.End();
                return true;
            case Call.KindOneofCase.SetClock:
                MachineIdentity.SetClock(call.SetClock.UnixNanoseconds);
                stream.End();
                return true;
            case Call.KindOneofCase.MachineUse:
                stream.End(new Reply { MachineUsage = Usage() });
                return true;
            case Call.KindOneofCase.SyncDisk:
                if (call.SyncDisk.Last)
                    group.End();
                root.Sync();
                stream.End();
                return true;
            case Call.KindOneofCase.HoldDisk:
                if (call.HoldDisk.Release)
                    root.Release();
                else
                    root.Hold();
                stream.End();
                return true;
            default:
                return false;
        }
    }

    private static void Require(bool fits)
    {
        if (!fits)
            throw new GuestFault(ErrorCode.Conflict, "this machine is not at that point of becoming a sandbox");
    }

    private void Enter(EnterRoot described)
    {
        root.Enter(described);
        group.Limit(described.Pids, described.Cpus);
        MachineRights.Drop();
        entered();
    }

    private void Adopt(AdoptMachine sandbox)
    {
        BeginAnew(sandbox.Self);
        MachineIdentity.SetNames(sandbox.Self);
        Expect(sandbox.Self);
    }

    // Its programs run already; what they drew from the kernel before, both have.
    private void Renew(MachineSelf self)
    {
        BeginAnew(self);
        MachineIdentity.ChangeNames(self);
        root.ShowBootId(self.BootId);
        Expect(self);
    }

    private static void BeginAnew(MachineSelf self)
    {
        MachineIdentity.SetClock(self.UnixNanoseconds);
        MachineIdentity.Reseed(self.Entropy.Span);
    }

    private void Expect(MachineSelf self)
    {
        var token = self.LineToken.ToByteArray();
        if (token.Length == LineGreeting.TokenSize)
            line.Loop.Post(() => line.Port.Expect(token));
    }

    private MachineUsage Usage()
    {
        long total = 0, free = 0, cached = 0;
        foreach (var text in File.ReadLines("/proc/meminfo"))
        {
            if (text.StartsWith("MemTotal:", StringComparison.Ordinal))
                total = Kilobytes(text);
            else if (text.StartsWith("MemFree:", StringComparison.Ordinal))
                free = Kilobytes(text);
            else if (text.StartsWith("Buffers:", StringComparison.Ordinal) || text.StartsWith("Cached:", StringComparison.Ordinal))
                cached += Kilobytes(text);
        }

        var kills = File.ReadLines("/proc/vmstat").FirstOrDefault(text => text.StartsWith("oom_kill ", StringComparison.Ordinal));
        return new MachineUsage
        {
            MemoryBytes = total - free,
            CacheBytes = cached,
            Pids = group.Pids(),
            OutOfMemoryKills = kills is null ? 0 : long.Parse(kills.AsSpan(9), CultureInfo.InvariantCulture),
        };
    }

    private static long Kilobytes(string text) => long.Parse(text.AsSpan(text.IndexOf(':') + 1).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) << 10;
}
