namespace Caisson.Network.Egress;

/// <summary>Compares the name that traffic shows with the one that was asked for.</summary>
internal static class NameCheck
{
    /// <summary>Judges a name seen in traffic (null: none was shown); null lets it through.</summary>
    public static Refusal? Judge(AppliedPolicy applied, OpenConnection open, EgressTarget target, string? seen, string mismatch)
    {
        if (target.Name is null)
        {
            var address = open.Address ?? target.Address;
            if (seen is null)
                return null;
            var judgement = EgressJudge.Judge(applied.Policy, seen, address, target.Port);
            return judgement.Allowed ? null : new(RefusalKind.Rule, target with { Name = seen }, address, judgement.Rule);
        }

        if (seen is null)
        {
            var byName = EgressJudge.Judge(applied.Policy, target.Name, null, target.Port).AllowedByName;
            return byName ? new(RefusalKind.Rule, target, open.Address, BuiltInRule.SniMissing) : null;
        }

        return string.Equals(seen, target.Name, StringComparison.Ordinal) ? null : new(RefusalKind.Rule, target, open.Address, mismatch);
    }
}
