using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Dialects.E2b.Envd.Process.Wire;

/// <summary>Names a process by pid or by tag.</summary>
internal sealed class Selector
{
    public uint? Pid { get; set; }

    public string? Tag { get; set; }

    public static ProcessSelector Required(Selector? selector) => selector switch
    {
        { Pid: > 0 and <= int.MaxValue } => new ProcessSelector((int)selector.Pid.Value),
        { Tag.Length: > 0 } => new ProcessSelector(0, selector.Tag),
        { Pid: not null } => throw new CaissonException(ErrorCode.NotFound, $"process with pid {selector.Pid} not found"),
        _ => throw new CaissonException(ErrorCode.InvalidArgument, "process must be named by pid or tag"),
    };
}
