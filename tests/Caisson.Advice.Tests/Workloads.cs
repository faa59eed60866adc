using Caisson.Core.Advice;
using Caisson.Core.Backends;
using CsCheck;

namespace Caisson.Advice.Tests;

/// <summary>Any workload and any host.</summary>
internal static class Workloads
{
    public static readonly Gen<Workload> Any =
        from trust in Of<Trust>()
        from tenancy in Of<Tenancy>()
        from place in Of<Place>()
        from code in Of<Code>()
        from needs in Of<Need>().List[0, 3]
        from network in Of<NetworkUse>()
        from secrets in Of<SecretUse>()
        from life in Of<Life>()
        from state in Of<StateKept>()
        from fork in Gen.Bool
        from parallel in Gen.OneOf(1, 64, 500, 20000)
        from start in Gen.OneOf(10, 49, 99, 2000)
        from goal in Of<Goal>()
        from files in Of<HostFileUse>()
        select new Workload
        {
            Trust = trust,
            Tenancy = tenancy,
            Place = place,
            Code = code,
            Needs = needs,
            Network = network,
            Secrets = secrets,
            Life = life,
            State = state,
            Fork = fork,
            Parallel = parallel,
            StartMs = start,
            Goal = goal,
            HostFiles = files,
        };

    public static readonly Gen<HostFacts> AnyHost =
        from system in Of<HostSystem>()
        from kvm in Gen.Bool
        from here in Gen.Int[0, 2].Array[5]
        select new HostFacts(system, kvm, [.. Enum.GetValues<WallStrength>().Where(strength => here[(int)strength] > 0).Select(strength => Hosts.Wall(strength, here[(int)strength] == 1 ? Hosts.Bad : Hosts.Good))]);

    private static Gen<T> Of<T>()
        where T : struct, Enum => Gen.OneOf(Enum.GetValues<T>());
}
