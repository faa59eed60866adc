namespace Caisson.Client.Wire;

internal sealed record RolloutResultLine(
    long Sequence, int Index, string? Name, RolloutLabel Label, string? Message, string? Remedy, IReadOnlyList<RolloutStepOutcome> Steps,
    IReadOnlyDictionary<string, byte[]> Files, IReadOnlyList<ExecDenial> Denials, int Attempts, string? Isolation = null) : RolloutLine
{
    public RolloutOutcome ToOutcome() => new(Sequence, Index, Name, Label, Message, Remedy, Steps, Files, Denials, Attempts) { Isolation = Isolation };
}
