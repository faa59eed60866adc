namespace Caisson.Core.Advice;

/// <summary>What sandboxes are wanted for; what is left out takes the values of a coding agent on one's own server.</summary>
// Settable: the JSON source generator gives init-only properties that are left out null in place of their defaults.
public sealed record Workload
{
    /// <summary>Who wrote the code.</summary>
    public Trust Trust { get; set; } = Trust.Model;

    /// <summary>Who shares the host.</summary>
    public Tenancy Tenancy { get; set; } = Tenancy.Single;

    /// <summary>Where it runs.</summary>
    public Place Place { get; set; } = Place.Server;

    /// <summary>What is run.</summary>
    public Code Code { get; set; } = Code.Any;

    /// <summary>What the code must find inside.</summary>
    public List<Need> Needs { get; set; } = [];

    /// <summary>Where connections go.</summary>
    public NetworkUse Network { get; set; } = NetworkUse.Allowlist;

    /// <summary>The destinations of an allowlist, as egress rules.</summary>
    public List<string> Hosts { get; set; } = [];

    /// <summary>What the code authenticates with.</summary>
    public SecretUse Secrets { get; set; } = SecretUse.None;

    /// <summary>How long one sandbox lives.</summary>
    public Life Life { get; set; } = Life.Session;

    /// <summary>What must outlive a pause.</summary>
    public StateKept State { get; set; } = StateKept.Fs;

    /// <summary>Whether running sandboxes are copied.</summary>
    public bool Fork { get; set; }

    /// <summary>How many live at once.</summary>
    public int Parallel { get; set; } = 1;

    /// <summary>How long a start may take, in milliseconds.</summary>
    public int StartMs { get; set; } = 2000;

    /// <summary>What matters most.</summary>
    public Goal Goal { get; set; } = Goal.Latency;

    /// <summary>How it gets at files of the host.</summary>
    public HostFileUse HostFiles { get; set; } = HostFileUse.None;

    /// <summary>The same with no more trust and no fewer tenants than another says.</summary>
    public Workload AtLeast(Workload other) => this with
    {
        Trust = (Trust)Math.Max((int)Trust, (int)other.Trust),
        Tenancy = (Tenancy)Math.Max((int)Tenancy, (int)other.Tenancy),
    };

    /// <summary>Refuses what cannot be meant.</summary>
    public Workload Checked()
    {
        if (Parallel is < 1 or > 100_000_000)
            throw Bad("'parallel' must be between 1 and 100000000");
        if (StartMs is < 1 or > 86_400_000)
            throw Bad("'startMs' must be between 1 and 86400000");
        if (Needs.Count > 100 || Hosts.Count > 1000)
            throw Bad("'needs' or 'hosts' has too many entries");
        foreach (var host in Hosts)
        {
            if (!Policy.EgressRule.TryParse(host ?? "", out _, out var error))
                throw Bad($"'hosts': {error}");
        }

        return this;
    }

    private static Failures.CaissonException Bad(string message) => new(Failures.ErrorCode.InvalidArgument, message + ".");
}
