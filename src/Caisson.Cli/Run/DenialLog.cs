using Caisson.Cli.Output;
using Caisson.Core.Events;
using Caisson.Core.Policy;

namespace Caisson.Cli.Run;

/// <summary>The timeline of a one-shot sandbox: only what was refused is of interest afterwards.</summary>
internal sealed class DenialLog : ITimeline
{
    private const int MaxKept = 256;
    private const int MaxTold = 10;
    private readonly Lock _lock = new();
    private readonly List<EgressDecision> _denials = [];

    public IReadOnlyList<EgressDecision> Denials
    {
        get
        {
            lock (_lock)
                return [.. _denials];
        }
    }

    public void Append(SandboxEvent entry)
    {
        if (entry is not EgressDecision { Verdict: EgressVerdict.Deny } denial)
            return;
        lock (_lock)
        {
            if (_denials.Count < MaxKept && !_denials.Exists(known => (known.Host, known.Port, known.Rule) == (denial.Host, denial.Port, denial.Rule)))
                _denials.Add(denial);
        }
    }

    /// <summary>Says what was refused and how to ask for it.</summary>
    public void Tell(TextWriter writer)
    {
        foreach (var denial in Denials.DistinctBy(d => (d.Host, d.Port)).Take(MaxTold))
            writer.WriteLine($"caisson: refused {Plain.Text(denial.Host)}:{denial.Port} ({Plain.Text(denial.Rule)}){(denial.Remedy is null ? "" : $"; {Plain.Text(denial.Remedy)}")}");
    }
}
