namespace Caisson.Linux.Seccomp;

/// <summary>The checks of <see cref="ArgumentChecks"/> as rules that allow: an engine joins several rules of one call by "or", and has no "not".</summary>
/// <remarks>
/// Engines compare all 64 bits where the kernel reads 32; a mask over the low half makes them the same. What no rule allows fails with the default
/// error, EPERM, also where the compiled filter answers that there is no such family or protocol.
/// </remarks>
internal static class ArgumentRules
{
    private const ulong Low = 0xffffffff;
    private const uint NoSuchFamily = 97;

    /// <summary>Every rule.</summary>
    public static IReadOnlyList<ArgumentRule> All { get; } = [.. Clone(), .. Ioctl(), .. Personality(), .. Socket(), .. SocketPair()];

    private static IEnumerable<ArgumentRule> Clone()
    {
        yield return Allow("clone", new ArgumentCondition(0, 0, ArgumentChecks.NewNamespaces));
    }

    // "Not one of three" is said bit by bit: a value differs from all of them if it differs from each in some bit.
    private static IEnumerable<ArgumentRule> Ioctl()
    {
        var refused = (uint[])[ArgumentChecks.InjectInput, ArgumentChecks.ConsoleControl, ArgumentChecks.SetLineDiscipline];
        return Outside(refused).Select(condition => Allow("ioctl", condition));
    }

    private static IEnumerable<ArgumentRule> Personality()
    {
        yield return Allow("personality", new ArgumentCondition(0, 0, ~ArgumentChecks.HarmlessPersonality & Low));
        yield return Allow("personality", new ArgumentCondition(0, ArgumentChecks.AskPersonality, Low));
    }

    private static IEnumerable<ArgumentRule> Socket()
    {
        yield return Allow("socket", Is(0, ArgumentChecks.Unix));
        yield return Allow("socket", Is(0, ArgumentChecks.Netlink), Is(2, ArgumentChecks.RouteProtocol));
        // Programs that would write to the audit log go on without one only where there is none.
        yield return new ArgumentRule("socket", NoSuchFamily, [Is(0, ArgumentChecks.Netlink), new ArgumentCondition(2, ArgumentChecks.RouteProtocol, ulong.MaxValue) { Differs = true }]);
        foreach (var family in (uint[])[ArgumentChecks.Internet, ArgumentChecks.Internet6])
        {
            foreach (var protocol in ArgumentChecks.InternetProtocols)
            {
                // Stream, datagram, raw and sequenced: every type but the packets of old.
                foreach (var type in (uint[])[1, 2, 3, 5])
                    yield return Allow("socket", Is(0, family), new ArgumentCondition(1, type, ArgumentChecks.TypeMask), Is(2, protocol));
            }
        }
    }

    private static IEnumerable<ArgumentRule> SocketPair()
    {
        yield return Allow("socketpair", Is(0, ArgumentChecks.Unix));
    }

    // A binary tree over the 32 bits: a subtree without a refused value is one rule, one with a refused value is split further.
    private static IEnumerable<ArgumentCondition> Outside(uint[] refused, uint prefix = 0, int bits = 0)
    {
        var mask = bits == 0 ? 0 : uint.MaxValue << (32 - bits);
        if (!refused.Any(value => (value & mask) == prefix))
            return [new ArgumentCondition(1, prefix, mask)];
        return bits == 32 ? [] : [.. Outside(refused, prefix, bits + 1), .. Outside(refused, prefix | (1u << (31 - bits)), bits + 1)];
    }

    private static ArgumentCondition Is(int argument, uint value) => new(argument, value, Low);

    private static ArgumentRule Allow(string call, params IReadOnlyList<ArgumentCondition> conditions) => new(call, null, conditions);
}
